import { UserPool } from '../../scripts/import/user-pool.ts';
import { digest } from '../../shared/domain/canonical.ts';
import type { Token } from '../../shared/domain/token.ts';
import type { User } from '../../shared/domain/user.ts';
import { tokens, usernameOwners, users } from '../../shared/repositories/items.ts';
import { aDevice } from '../fixtures.ts';
import { MemoryPool, POOL } from '../import/memory-pool.ts';
import { runLines, type Told } from '../import/run-import.ts';
import { given, stored } from '../world/given.ts';
import { type MemoryWorld, memoryWorld, TABLE_NAMES } from '../world/world.ts';

type Cells = Partial<Record<'company' | 'username' | 'name' | 'role' | 'serial', string>>;

/** Two companies with a user each, of which the first has a physical token and a phone. */
export interface IdentityScene {
  readonly world: MemoryWorld;
  readonly pool: MemoryPool;
  /** For the commands: a pool that invites whoever is new. */
  readonly parts: Pick<MemoryWorld, 'tables' | 'random'> & { readonly pool: UserPool; readonly now: () => Date };
}

export async function beginIdentityScene(): Promise<IdentityScene> {
  const world = memoryWorld();
  const pool = new MemoryPool();
  await load(world, { serial: 'S-1' }, { username: 'demo.dos' }, { company: 'C2', username: 'otra.uno' });
  const { user, virtual } = find(world, 'demo.uno');
  const device = { deviceId: 'phone-9', name: 'Demo', platform: 'IOS', enrolledAt: virtual.updatedAt } as const;
  const phone = aDevice({ userId: user.userId, companyId: 'C1', tokenId: user.tokenId, deviceId: 'phone-9' });
  given(world, { ...virtual, status: 'ACTIVE', device }, { ...phone, endpointArn: 'endpoint-9', pushTokenIat: 5 });
  pool.calls.length = 0;
  const { tables, random, clock } = world;
  return {
    world,
    pool,
    parts: { tables, random, pool: new UserPool(POOL), now: () => clock.now() },
  };
}

/** Loads a line for each of these people. */
export function load(world: MemoryWorld, ...people: Cells[]): Promise<Told> {
  return runLines(world, people.map(line));
}

function line({
  company = 'C1',
  username = 'demo.uno',
  name = 'Demo Uno',
  role = 'ADMINISTRATOR',
  serial = '',
}: Cells) {
  return [company, `Empresa ${company}`, 'REQUESTER', username, name, 'uno@example.com', role, serial].join(',');
}

interface Found {
  readonly user: User;
  readonly virtual: Token;
  readonly physical: Token | undefined;
}

/** Whoever has this name now, with their tokens. */
export function find(world: MemoryWorld, username: string): Found {
  const owner = stored(world, usernameOwners.at(username));
  const user = owner && stored(world, users.at(owner.userId));
  const virtual = user && stored(world, tokens.at(user.companyId, user.tokenId));
  if (!user || !virtual) throw new Error(`No ${username}`);
  const { companyId, physicalTokenId } = user;
  return {
    user,
    virtual,
    physical: physicalTokenId ? stored(world, tokens.at(companyId, physicalTokenId)) : undefined,
  };
}

/** The digest of everything that is stored, to show that nothing of it changed. */
export const everything = ({ services }: MemoryWorld): string =>
  digest([TABLE_NAMES.main, TABLE_NAMES.record].map((name) => services.tables.items(name)));

/** The details of the last event of a token's record, or of a company's own (`-`). */
export function lastEvent({ services }: MemoryWorld, companyId: string, tokenId: string) {
  const events = services.tables
    .items(TABLE_NAMES.record)
    .filter(({ pk }) => pk === `COMPANY#${companyId}#TOKEN#${tokenId}`);
  const last = events.at(-1);
  return last && { type: last.type, details: last.details };
}
