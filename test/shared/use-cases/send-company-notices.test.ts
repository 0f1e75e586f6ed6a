import { COMPANY_NOTICED_EVENTS } from '../../../shared/domain/company-notice.ts';
import { COMPANY_RECORD, type TokenEvent } from '../../../shared/domain/event.ts';
import { moveIdentity } from '../../../shared/repositories/identity-moves.ts';
import { eventNotices, formerAddresses } from '../../../shared/repositories/items.ts';
import { sendCompanyNotices } from '../../../shared/use-cases/send-company-notices.ts';
import { aUser, later, NOW } from '../../fixtures.ts';
import { at, given, stored } from '../../world/given.ts';
import { type MemoryWorld, memoryWorld, refuse } from '../../world/world.ts';
import { ADMIN, done, HOLDER, OTHER, tokenFor } from './scene.ts';

let world: MemoryWorld;

beforeEach(() => {
  world = memoryWorld();
  given(world, { companyId: 'DEMO', name: 'Empresa Demo', authorizationPolicy: 'REQUESTER' });
  for (const person of [ADMIN, OTHER, HOLDER]) given(world, person, tokenFor(person));
});

function anEvent(event: Partial<TokenEvent> = {}): TokenEvent {
  return {
    seq: 3,
    type: 'POLICY_CHANGED',
    at: NOW.toISOString(),
    actor: { type: 'BANK' },
    details: { from: 'OTHER_ADMINISTRATOR', to: 'REQUESTER', requestId: 'run-1' },
    previousHash: 'before',
    hash: 'after',
    ...event,
  };
}

const about = (type: TokenEvent['type'], { userId, fullName }: typeof ADMIN) =>
  anEvent({ type, details: { userId, fullName, role: 'ADMINISTRATOR', enabled: false, requestId: 'run-1' } });
const tell = (event: TokenEvent) => done(() => sendCompanyNotices(world, { companyId: 'DEMO', event }));
const recipients = () => world.services.mail.sent.map(({ Destination }) => Destination?.ToAddresses?.join()).sort();
const outcome = () => stored(world, eventNotices.at('DEMO', COMPANY_RECORD, 3));
const ADMINISTRATORS = [ADMIN.email, OTHER.email].sort();

it('tells each administrator of a changed policy, once: who authorized, and who does', async () => {
  await tell(anEvent());
  await tell(anEvent());
  expect(recipients()).toEqual(ADMINISTRATORS);
  expect(outcome()).toEqual({ seq: 3, push: 'NOT_NEEDED', email: 'SENT' });
  const text = world.services.mail.sent[0]?.Content?.Simple?.Body?.Text?.Data;
  expect(text).toContain('Cambió quién autoriza los cambios de los tokens de la empresa');
  expect(text).toContain('Empresa: Empresa Demo');
  expect(text).toContain('Autorizaba: Otro administrador de la empresa');
  expect(text).toContain('Authorizes from now on: The administrator who makes the request');
  expect(text).toContain('Referencia: run-1');
});

it('tells an administrator who was removed, too, and no secondary user', async () => {
  given(world, { ...OTHER, enabled: false });
  await tell(about('ADMINISTRATOR_REMOVED', OTHER));
  expect(recipients()).toEqual(ADMINISTRATORS);
  expect(world.services.mail.sent[0]?.Content?.Simple?.Body?.Text?.Data).toContain(`Usuario: ${OTHER.fullName}`);
});

it('tells whom it is about though the bank has given them another id since', async () => {
  const moved = { ...HOLDER, userId: 'user-moved' };
  await world.tables.transact(await moveIdentity(world.tables, HOLDER, moved));
  given(world, moved);
  await tell(about('USER_ENABLED', HOLDER));
  expect(recipients()).toEqual([...ADMINISTRATORS, HOLDER.email].sort());
});

it('says of an administrator with another id that their sign-in is another, and nothing of being enabled', async () => {
  await tell(about('SIGN_IN_CHANGED', OTHER));
  expect(recipients()).toEqual(ADMINISTRATORS);
  const text = world.services.mail.sent[0]?.Content?.Simple?.Body?.Text?.Data;
  expect(text).toContain('Cambió el acceso de un administrador de la empresa');
  expect(text).toContain('Their rights, token and phone are as they were.');
  expect(text).not.toMatch(/habilitó|enabled/);
});

it('tells of a changed address the earlier one, in a mail without either', async () => {
  given(world, at(formerAddresses.at('DEMO', 3), { email: 'antes@example.com' }));
  await tell(about('NOTICE_ADDRESS_CHANGED', ADMIN));
  expect(recipients()).toEqual([...ADMINISTRATORS, 'antes@example.com'].sort());
  for (const { Content } of world.services.mail.sent) expect(JSON.stringify(Content)).not.toContain('@');
});

it.each(COMPANY_NOTICED_EVENTS)('has words for %s in both languages', async (type) => {
  await tell(type === 'POLICY_CHANGED' ? anEvent() : about(type, ADMIN));
  expect(world.services.mail.sent[0]?.Content?.Simple?.Subject?.Data).toMatch(/^.{10,} · .{10,}$/);
});

it.each(['COMPANY_CREATED', 'COMPANY_FOUND', 'COMPANY_RENAMED'] as const)('tells nobody of %s', async (type) => {
  await tell(anEvent({ type }));
  expect([recipients(), outcome()]).toEqual([[], undefined]);
});

it('mails nobody in a stage that has no sender', async () => {
  const silent = { ...world, settings: { ...world.settings, noticeSender: undefined } };
  await sendCompanyNotices(silent, { companyId: 'DEMO', event: anEvent() });
  expect([recipients(), outcome()?.email]).toEqual([[], 'NOT_NEEDED']);
});

it('counts a mail that is refused and is done all the same; where every one is, it says FAILED', async () => {
  refuse(world, 'SendEmail', new Error('refused'), { times: 1 });
  expect((await tell(anEvent())).emitted).toEqual([['NoticeFailures EMAIL', 1]]);
  expect(outcome()?.email).toBe('SENT');
  refuse(world, 'SendEmail', new Error('refused'));
  await sendCompanyNotices(world, { companyId: 'DEMO', event: anEvent({ seq: 4 }) });
  expect(stored(world, eventNotices.at('DEMO', COMPANY_RECORD, 4))?.email).toBe('FAILED');
});

it('fails for a company that is missing, so that the stream delivers it again', async () => {
  await expect(sendCompanyNotices(world, { companyId: 'OTHER', event: anEvent() })).rejects.toThrow(
    'The company of an event is missing',
  );
});

it('keeps that it told for longer than a stream delivers', async () => {
  given(world, aUser());
  await tell(anEvent());
  const item = world.services.tables.items('llavero').find(({ sk }) => sk === 'NOTICES');
  expect(item?.ttl).toBe(later(7 * 86_400).getTime() / 1000);
});
