import { type Company, loadCompany, nth, type Person } from './support/company.ts';
import { eventually } from './support/eventually.ts';
import { mailsTo, mailWith } from './support/mail.ts';
import { type Administrator, approval, openAdministrator, openPhone, type Phone } from './support/phone.ts';
import { pushAbout, pushesTo, withFaults } from './support/relay.ts';
import type { Change } from './support/shapes.ts';

let company: Company;
let administrator: Administrator;

beforeAll(async () => {
  company = await loadCompany('notices', { administrators: 1, secondaries: 4 });
  administrator = await openAdministrator(nth(company.administrators, 0));
});

const buildAddress = ({ username }: Person) => `${username}@demo.invalid`;
const holder = (index: number): Promise<Phone> => openPhone(nth(company.secondaries, index), administrator.web);

/** Waits until both channels have an outcome for the change. */
function told(changeId: string, wanted: { push: string; email: string }): Promise<Change> {
  const notices = [
    { channel: 'PUSH', status: wanted.push },
    { channel: 'EMAIL', status: wanted.email },
  ];
  return eventually(
    () => administrator.web.change(changeId),
    (change) => JSON.stringify(change.notices) === JSON.stringify(notices),
  );
}

const aboutChange = async (phone: Phone, changeId: string) =>
  (await pushesTo(phone.pushToken)).filter(({ payload }) => JSON.stringify(payload).includes(changeId));

async function mailsAbout({ person }: Phone, changeId: string) {
  return (await mailsTo(buildAddress(person))).filter((mail) => JSON.stringify(mail).includes(changeId));
}

it('a block is told by push and by mail: who, why, and what to do', async () => {
  const { web } = administrator;
  const phone = await holder(0);
  const { changeId } = await web.block(phone.tokenId, {
    action: 'BLOCK',
    reason: 'OTHER',
    note: 'Llamada <urgente> & rara',
  });
  await pushAbout(phone.pushToken, changeId, 'TOKEN_CHANGED');
  expect((await told(changeId, { push: 'SENT', email: 'SENT' })).status).toBe('APPLIED');
  const mail = await mailWith(buildAddress(phone.person), changeId);
  for (const text of [
    'El token virtual fue bloqueado',
    'The virtual token was blocked',
    administrator.phone.person.fullName,
    phone.person.fullName,
    'Causal: Otra',
    'Reason: Other',
    'Nota: Llamada <urgente> & rara',
    'Llamada &lt;urgente&gt; &amp; rara',
    'Si usted no esperaba esto',
    '318 671 4836',
  ]) {
    expect(mail).toContain(text);
  }
  expect(mail).not.toContain('<urgente> & rara</td>');
  expect(mail).not.toContain(phone.pushToken);
  expect(await aboutChange(phone, changeId)).toHaveLength(1);
  expect(await mailsAbout(phone, changeId)).toHaveLength(1);
});

it('a release is pushed when it is requested, and mailed when it is applied: the phone is retired', async () => {
  const { web, phone: approver } = administrator;
  const phone = await holder(1);
  const change = await web.hold(phone.tokenId);
  await pushAbout(phone.pushToken, change.changeId, 'TOKEN_CHANGED');
  await told(change.changeId, { push: 'SENT', email: 'NOT_NEEDED' });
  await approver.answer(change.changeId, approval(change));
  await web.until(change.changeId, 'APPLIED');
  const applied = await mailWith(buildAddress(phone.person), change.changeId, 'El token virtual fue liberado');
  expect(applied).toContain(`Autorizó: ${approver.person.fullName}`);
  expect(await aboutChange(phone, change.changeId)).toHaveLength(1);
  expect(await mailsAbout(phone, change.changeId)).toHaveLength(1);
  expect((await web.change(change.changeId)).notices).toEqual([
    { channel: 'PUSH', status: 'SENT' },
    { channel: 'EMAIL', status: 'SENT' },
  ]);
});

it('notices that cannot be delivered show as failed and keep nothing from happening', async () => {
  const { web } = administrator;
  const phone = await holder(2);
  // The enrolment's mail is out before mails are made to fail.
  await mailWith(buildAddress(phone.person), 'habilitado en un celular');
  const changeId = await withFaults(
    [
      { service: 'email', kind: 'error' },
      { service: 'sns', operation: 'Publish', kind: 'error' },
    ],
    async () => {
      const change = await web.block(phone.tokenId);
      await told(change.changeId, { push: 'FAILED', email: 'FAILED' });
      return change.changeId;
    },
  );
  expect((await web.change(changeId)).status).toBe('APPLIED');
  expect((await web.token(phone.tokenId)).status).toBe('BLOCKED');
  expect(await pushesTo(phone.pushToken)).toEqual([]);
  // What failed holds up nobody: the next one is told.
  const next = await holder(3);
  const second = await web.block(next.tokenId);
  await told(second.changeId, { push: 'SENT', email: 'SENT' });
});
