import { decide } from '../../phone/protocol/index.ts';
import { createPerson, updatePerson } from '../../scripts/import/decide-person.ts';
import { readOwner, readPeople, writePerson } from '../../scripts/import/person-store.ts';
import { entryKey, toDay } from '../../shared/domain/archive.ts';
import type { Action } from '../../shared/domain/change.ts';
import type { User } from '../../shared/domain/user.ts';
import { claimUsername } from '../../shared/repositories/claims.ts';
import { parseEventKey } from '../../shared/repositories/record.ts';
import { applyChange } from '../../shared/use-cases/apply-change.ts';
import { decideChange } from '../../shared/use-cases/decide-change.ts';
import { listAuthorizations } from '../../shared/use-cases/list-authorizations.ts';
import { requestChange } from '../../shared/use-cases/request-change.ts';
import type { FakeArchive } from '../fake-archive.ts';
import { aHolder, aUser } from '../fixtures.ts';
import { given } from './given.ts';
import { enrolledPhone } from './phone.ts';
import { type MemoryWorld, memoryWorld, TABLE_NAMES } from './world.ts';

type EnrolledPhone = Awaited<ReturnType<typeof enrolledPhone>>;

/** A company that the real use cases have brought to life, event by event. */
export interface LivedCompany {
  readonly world: MemoryWorld;
  readonly admin: User;
  readonly holder: User;
  readonly adminPhone: EnrolledPhone;
  /** The phone that the holder has now; they had another before. */
  readonly holderPhone: EnrolledPhone;
  /** The applied changes of the holder's token: a release, a block, an unblock. */
  readonly changeIds: readonly [string, string, string];
}

const REASONS = { RELEASE: 'PHONE_CHANGED', BLOCK: 'SUSPECTED_FRAUD', UNBLOCK: 'FALSE_ALARM' } as const;

/** Loads an administrator and a holder with a physical token; the holder's token is released, enrolled, blocked, unblocked. */
export async function livedCompany(companyId = 'DEMO'): Promise<LivedCompany> {
  const world = memoryWorld();
  given(world, { companyId, name: 'Demo', authorizationPolicy: 'REQUESTER' });
  const admin = await load(world, aUser({ companyId }), null);
  const holder = await load(world, aHolder({ companyId }), 'PT-1');
  const adminPhone = await enrolledPhone(world, admin);
  await enrolledPhone(world, holder, 'first-token');
  world.clock.advance(1000);
  const asked = { world, admin, adminPhone, tokenId: holder.tokenId };
  const released = await change(asked, 'RELEASE');
  const holderPhone = await enrolledPhone(world, holder, 'second-token');
  world.clock.advance(1000);
  const blocked = await change(asked, 'BLOCK');
  const unblocked = await change(asked, 'UNBLOCK');
  return { world, admin, holder, adminPhone, holderPhone, changeIds: [released, blocked, unblocked] };
}

async function load(world: MemoryWorld, person: User, physicalSerial: string | null): Promise<User> {
  const { companyId, username, fullName, email, role, userId } = person;
  const company = { companyId, name: 'Demo', authorizationPolicy: 'REQUESTER' } as const;
  const line = { number: 2, company, username, fullName, email, role, physicalSerial };
  const context = { now: world.clock.now(), requestId: 'run-1', activationCodeSeconds: undefined };
  const decision = createPerson(line, userId, context);
  await world.tables.transact(claimUsername(username, companyId, context.now));
  await writePerson(world.tables, decision, undefined, undefined, context);
  return decision.user;
}

/** A change of a token's state that the administrator asks for and, where it is held, authorizes. */
export async function change(
  { world, admin, adminPhone, tokenId }: Pick<LivedCompany, 'world' | 'admin' | 'adminPhone'> & { tokenId: string },
  action: Action,
): Promise<string> {
  const idempotencyKey = `${action} ${world.clock.now().toISOString()}`;
  const asked = { caller: admin, tokenId, action, reason: REASONS[action], note: null, idempotencyKey };
  const requested = await requestChange(world, { ...asked, requestId: 'r-1' });
  const { changeId, authorization } = requested.change;
  world.clock.advance(1000);
  if (!authorization) return changeId;
  const [waiting] = await listAuthorizations(world, admin);
  if (!waiting || !authorization.bindingCode) throw new Error('Nothing waits');
  const approval = { decision: 'APPROVE', bindingCode: authorization.bindingCode } as const;
  const decision = await decide(waiting.challenge, approval, adminPhone.signer, world.clock.now());
  await decideChange(world, { userId: admin.userId, changeId, decision, requestId: 'r-2' });
  await applyChange(world, { ...requested.change, requestId: 'r-3' });
  return changeId;
}

/** Loads a person's line again, with other rights. */
export async function reload(
  { world }: Pick<LivedCompany, 'world'>,
  person: User,
  rights: Partial<Pick<User, 'userId' | 'fullName' | 'role' | 'email'>> & { disabled?: boolean },
): Promise<void> {
  const owner = await readOwner(world.tables, person.username);
  const [stored] = owner ? await readPeople(world.tables, [owner]) : [];
  if (!owner || !stored) throw new Error('The person is not loaded');
  const { companyId, username } = person;
  const line = {
    number: 2,
    company: { companyId, name: 'Demo', authorizationPolicy: 'REQUESTER' as const },
    username,
    email: rights.email ?? person.email,
    fullName: rights.fullName ?? person.fullName,
    role: rights.disabled ? ('DISABLED' as const) : (rights.role ?? person.role),
    physicalSerial: null,
  };
  const context = { now: world.clock.now(), requestId: 'run-2', activationCodeSeconds: undefined };
  const decision = updatePerson(line, stored, context, rights.userId ? { userId: rights.userId } : {});
  if (decision) await writePerson(world.tables, decision, owner, undefined, context);
}

/** Archives what the record has, as the stream's function does. */
export function archiveRecord({ world }: Pick<LivedCompany, 'world'>, archive: FakeArchive): void {
  for (const { pk, sk, hash, at } of world.services.tables.items(TABLE_NAMES.record)) {
    const { companyId = '', tokenId = '', seq = 0 } = parseEventKey({ pk: String(pk), sk: String(sk) });
    const writtenAt = new Date(String(at));
    const key = entryKey({ day: toDay(writtenAt), companyId, tokenId, seq, hash: String(hash) });
    if (!archive.objects.has(key)) archive.put(key, '{}', writtenAt);
  }
}
