import { type Answer, createKeys, decide, type KeyPair, publicJwk } from '../../../phone/protocol/index.ts';
import { buildChallenge, type HeldChange } from '../../../shared/domain/change.ts';
import type { ApprovalPolicy } from '../../../shared/domain/company.ts';
import type { Device } from '../../../shared/domain/device.ts';
import { genesis, type TokenEvent } from '../../../shared/domain/event.ts';
import type { Token } from '../../../shared/domain/token.ts';
import type { User } from '../../../shared/domain/user.ts';
import { ProblemError } from '../../../shared/errors.ts';
import { approvers, recordEvents } from '../../../shared/repositories/items.ts';
import { emittedBy } from '../../emitted.ts';
import { aDevice, aHolder, aToken, aUser, NOW } from '../../fixtures.ts';
import { at, type Given } from '../../world/given.ts';
import { type MemoryWorld, TABLE_NAMES } from '../../world/world.ts';

// Metrics are asserted in these tests, log lines are not.
process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';

/** A company of two administrators and one holder; {@link HELD_TOKEN} is the holder's. */
export const ADMIN = aUser();
export const OTHER = aUser({
  userId: 'user-other',
  username: 'demo.otra',
  fullName: 'Demo Otra',
  email: 'demo.otra@example.com',
  tokenId: 'token-other',
});
export const HOLDER = aHolder();
export const PEOPLE: readonly User[] = [ADMIN, OTHER, HOLDER];
export const HELD_TOKEN = HOLDER.tokenId;

const PHONES: Readonly<Record<string, string>> = {
  [HOLDER.userId]: 'phone-1',
  [ADMIN.userId]: 'phone-2',
  [OTHER.userId]: 'phone-3',
};
export const phoneName = ({ userId }: Pick<User, 'userId'>): string => PHONES[userId] ?? `phone-${userId}`;

/** This person's token, active with their phone. */
export function tokenFor(user: User, overrides: Partial<Token> = {}): Token {
  const { userId, fullName, username, role, tokenId, companyId } = user;
  return aToken({
    tokenId,
    holder: { userId, fullName, username, role },
    device: { deviceId: phoneName(user), name: 'Demo', platform: 'ANDROID', enrolledAt: '2026-01-01T00:00:00.000Z' },
    recordHead: genesis(companyId, tokenId),
    ...overrides,
  });
}

export function phoneFor(user: User, overrides: Partial<Device> = {}): Device {
  return aDevice({ deviceId: phoneName(user), userId: user.userId, tokenId: user.tokenId, ...overrides });
}

/** The entry by which an administrator is among those who may authorize. */
export function approverFor({ companyId, userId }: User): Given {
  return at(approvers.at(companyId, userId), { userId, deviceId: phoneName({ userId }) });
}

/** The same entry once whoever took their token or phone has taken it too: it names no phone of theirs. */
export function noApprover({ companyId, userId }: User): Given {
  return at(approvers.at(companyId, userId), { userId, deviceId: 'none' });
}

/** Everybody with an active token and a phone, under this policy; these administrators are among the approvers. */
export function everybody(
  authorizationPolicy: ApprovalPolicy = 'REQUESTER',
  administrators: readonly User[] = [ADMIN, OTHER],
): Given[] {
  return [
    { companyId: 'DEMO', name: 'Demo', authorizationPolicy },
    ...PEOPLE.flatMap((person) => [person, tokenFor(person), phoneFor(person)]),
    ...administrators.map(approverFor),
  ];
}

/** The keys of everybody's phones, made once per file. */
export interface Signers {
  readonly keys: ReadonlyMap<string, KeyPair>;
  /** The phones as they are stored once they are enrolled. */
  readonly devices: readonly Device[];
}

export async function createSigners(): Promise<Signers> {
  const made = await Promise.all(
    PEOPLE.map(async (person) => {
      const { signing } = await createKeys();
      return { person, signing, device: phoneFor(person, { signingKey: await publicJwk(signing.publicKey) }) };
    }),
  );
  return {
    keys: new Map(made.map(({ person, signing }) => [person.userId, signing])),
    devices: made.map(({ device }) => device),
  };
}

/** A person's answer to a change, signed by their phone. */
export async function signed({ keys }: Signers, by: User, change: HeldChange, answer: Answer): Promise<string> {
  const pair = keys.get(by.userId);
  if (!pair) throw new Error('This person has no phone');
  const signer = { deviceId: phoneName(by), userId: by.userId, signingKey: pair.privateKey };
  return decide(buildChallenge(change), answer, signer, NOW);
}

/** The work's answer, and what it emitted of the service's own metrics. */
export async function done<T>(work: () => Promise<T>): Promise<{ answer: T | undefined; emitted: [string, number][] }> {
  let answer: T | undefined;
  const emitted = await emittedBy(async () => {
    answer = await work();
  });
  return { answer, emitted };
}

/** The problem with which the work is refused: its code, its extensions and its Retry-After. */
export async function refused(work: () => Promise<unknown>): Promise<object> {
  let problem: unknown = new Error('It was accepted');
  await emittedBy(async () => {
    try {
      await work();
    } catch (error) {
      problem = error;
    }
  });
  if (!(problem instanceof ProblemError)) throw problem;
  const { code, extensions, retryAfter } = problem;
  return { code, ...extensions, ...(retryAfter === undefined ? {} : { retryAfter }) };
}

/** Lets somebody else write before the next calls of an operation, once or more often; its conditions then decide. */
export function meanwhile(
  { refusals }: MemoryWorld,
  write: () => void,
  { operation = 'TransactWrite', times = 1 }: { operation?: string; times?: number } = {},
): void {
  let left = times;
  refusals.push((call) => {
    if (call.operation === operation && left > 0) {
      left -= 1;
      write();
    }
    return undefined;
  });
}

/** The record of a token, the oldest event first. */
export function record({ services }: MemoryWorld, tokenId = HELD_TOKEN): TokenEvent[] {
  const { pk } = recordEvents.key('DEMO', tokenId, 1);
  const items = services.tables.items(TABLE_NAMES.record).filter((item) => item.pk === pk);
  return items.map(recordEvents.parse).sort((one, other) => one.seq - other.seq);
}

/** The record told by type and actor. */
export const told = (world: MemoryWorld, tokenId?: string): [string, string][] =>
  record(world, tokenId).map(({ type, actor }) => [type, actor.userId ?? actor.type]);

/** In whose partition changes wait for a phone. */
export function waiting({ services }: MemoryWorld): string[] {
  return services.tables
    .items(TABLE_NAMES.main)
    .filter(({ sk }) => String(sk).startsWith('WAITING#'))
    .map(({ pk, changeId }) => `${pk} ${changeId}`);
}

/** The operations called so far, in order. */
export const called = ({ calls }: MemoryWorld): string[] => calls.map(({ operation }) => operation);
