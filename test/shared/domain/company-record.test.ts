import type { Company } from '../../../shared/domain/company.ts';
import {
  appendToCompany,
  type CompanyTransition,
  digestAddress,
  listUserEvents,
  updateCompany,
} from '../../../shared/domain/company-record.ts';
import { COMPANY_RECORD, eventHash, genesis } from '../../../shared/domain/event.ts';
import type { User } from '../../../shared/domain/user.ts';
import { aUser, NOW } from '../../fixtures.ts';

const BANK = { type: 'BANK' } as const;
const context = { actor: BANK, now: NOW, requestId: 'run-1' };
const FACTS = { companyId: 'DEMO', name: 'Demo', authorizationPolicy: 'OTHER_ADMINISTRATOR' } as const;
const at = NOW.toISOString();
const requestId = 'run-1';

function created(): CompanyTransition {
  const transition = updateCompany(null, FACTS, context);
  if (!transition) throw new Error('A new company is written');
  return transition;
}

const told = (transition: CompanyTransition | null) =>
  transition?.events.map(({ type, details }) => ({ type, details }));

it('a new company’s record begins with its name and policy, bound to the company', () => {
  const { before, company, events } = created();
  const [event] = events;
  const body = {
    seq: 1,
    type: 'COMPANY_CREATED',
    at,
    actor: BANK,
    details: { name: 'Demo', policy: 'OTHER_ADMINISTRATOR', requestId },
    previousHash: genesis('DEMO', COMPANY_RECORD).hash,
  } as const;
  expect({ before, events }).toEqual({ before: null, events: [{ ...body, hash: eventHash(body) }] });
  expect(company).toEqual({ ...FACTS, recordHead: { seq: 1, hash: event?.hash } });
});

it('a policy and a name that change are events of their own, each chained to the one before', () => {
  const { company } = created();
  const changed = updateCompany(company, { ...FACTS, name: 'Otra', authorizationPolicy: 'REQUESTER' }, context);
  expect(told(changed)).toEqual([
    { type: 'COMPANY_RENAMED', details: { from: 'Demo', to: 'Otra', requestId } },
    { type: 'POLICY_CHANGED', details: { from: 'OTHER_ADMINISTRATOR', to: 'REQUESTER', requestId } },
  ]);
  expect(changed?.events.map(({ previousHash }) => previousHash)).toEqual([
    company.recordHead?.hash,
    changed?.events[0]?.hash,
  ]);
  expect(changed?.company).toEqual({
    companyId: 'DEMO',
    name: 'Otra',
    authorizationPolicy: 'REQUESTER',
    recordHead: { seq: 3, hash: changed?.events[1]?.hash },
  });
});

it('a company that says what is wanted already is not written', () => {
  expect(updateCompany(created().company, FACTS, context)).toBeNull();
  expect(updateCompany({ ...FACTS }, FACTS, context)).toBeNull();
});

it('a company from before records begins its own with the state in which it is found', () => {
  const old: Company = { ...FACTS };
  const found = { type: 'COMPANY_FOUND', details: { name: 'Demo', policy: 'OTHER_ADMINISTRATOR', requestId } };
  const changed = updateCompany(old, { ...FACTS, authorizationPolicy: 'HOLDER' }, context);
  expect(told(changed)).toEqual([
    found,
    { type: 'POLICY_CHANGED', details: { from: 'OTHER_ADMINISTRATOR', to: 'HOLDER', requestId } },
  ]);
  expect(changed?.events[0]?.previousHash).toBe(genesis('DEMO', COMPANY_RECORD).hash);
  const removed = listUserEvents(aUser(), aUser({ enabled: false }), context);
  expect(told(appendToCompany(old, removed, context))).toEqual([
    found,
    expect.objectContaining({ type: 'ADMINISTRATOR_REMOVED' }),
  ]);
});

const secondary = aUser({ role: 'SECONDARY' });
const off = aUser({ enabled: false });

it.each<{ name: string; before: User | null; user: User; type: string | undefined }>([
  { name: 'an administrator comes in', before: null, user: aUser(), type: 'ADMINISTRATOR_ADDED' },
  { name: 'an administrator comes in disabled', before: null, user: off, type: undefined },
  { name: 'a secondary user comes in', before: null, user: secondary, type: undefined },
  { name: 'a secondary user becomes one', before: secondary, user: aUser(), type: 'ADMINISTRATOR_ADDED' },
  { name: 'an administrator is one no more', before: aUser(), user: secondary, type: 'ADMINISTRATOR_REMOVED' },
  { name: 'an administrator is disabled', before: aUser(), user: off, type: 'ADMINISTRATOR_REMOVED' },
  { name: 'an administrator is enabled again', before: off, user: aUser(), type: 'ADMINISTRATOR_ADDED' },
  { name: 'a disabled one comes back secondary', before: off, user: secondary, type: 'USER_ENABLED' },
  {
    name: 'a secondary user is disabled',
    before: secondary,
    user: { ...secondary, enabled: false },
    type: 'USER_DISABLED',
  },
  { name: 'only the name changes', before: aUser(), user: aUser({ fullName: 'Otra' }), type: undefined },
])('tells the company’s record where $name: $type', ({ before, user, type }) => {
  const { userId, fullName, role, enabled } = user;
  const event = { type, at, actor: BANK, details: { userId, fullName, role, enabled, requestId } };
  expect(listUserEvents(before, user, context)).toEqual(type ? [event] : []);
});

const lost = { userId: 'before-lost' };
it.each<{ name: string; before: User; user: User; type: string | undefined }>([
  { name: 'an administrator', before: aUser(lost), user: aUser(), type: 'SIGN_IN_CHANGED' },
  { name: 'an administrator made secondary', before: aUser(lost), user: secondary, type: 'ADMINISTRATOR_REMOVED' },
  { name: 'a user made administrator', before: { ...secondary, ...lost }, user: aUser(), type: 'ADMINISTRATOR_ADDED' },
  {
    name: 'a secondary user, who takes part in no decision',
    before: { ...secondary, ...lost },
    user: secondary,
    type: undefined,
  },
])('tells the company’s record where $name comes back under another id: $type', ({ before, user, type }) => {
  const { userId, fullName, role, enabled } = user;
  const details = { userId, userIdFrom: 'before-lost', fullName, role, enabled, requestId };
  expect(listUserEvents(before, user, context)).toEqual(type ? [{ type, at, actor: BANK, details }] : []);
});

it('a changed address is told by digests that only whoever knows the address finds', () => {
  const moved = aUser({ email: 'otra@example.com' });
  const [event] = listUserEvents(aUser(), moved, context);
  expect(event).toEqual({
    type: 'NOTICE_ADDRESS_CHANGED',
    at,
    actor: BANK,
    details: {
      userId: moved.userId,
      fullName: moved.fullName,
      from: digestAddress(aUser()),
      to: digestAddress(moved),
      requestId,
    },
  });
  expect(JSON.stringify(event)).not.toMatch(/@/);
  expect(digestAddress(aUser({ userId: 'another' }))).not.toBe(digestAddress(aUser()));
});

it('right and address that change together are two events, the right first', () => {
  const types = listUserEvents(aUser(), aUser({ enabled: false, email: 'otra@example.com' }), context);
  expect(types.map(({ type }) => type)).toEqual(['ADMINISTRATOR_REMOVED', 'NOTICE_ADDRESS_CHANGED']);
});
