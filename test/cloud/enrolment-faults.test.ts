import { createKeys } from '../../phone/protocol/index.ts';
import { loadCompany, nth } from './support/company.ts';
import { type Administrator, enrolPhone, openAdministrator, openApp } from './support/phone.ts';
import { type Fault, withFaults } from './support/relay.ts';

let administrator: Administrator;
let people: Awaited<ReturnType<typeof loadCompany>>['secondaries'];

beforeAll(async () => {
  const company = await loadCompany('enrol-faults', { administrators: 1, secondaries: 3 });
  people = company.secondaries;
  administrator = await openAdministrator(nth(company.administrators, 0));
});

const enrolledOnce = async (tokenId: string) =>
  expect((await administrator.web.events(tokenId)).filter(({ type }) => type === 'TOKEN_ENROLLED')).toHaveLength(1);

it.each<[string, Fault, number]>([
  [
    'the answer of the table is lost',
    { service: 'dynamodb', operation: 'TransactWriteItems', kind: 'cut', times: 10 },
    0,
  ],
  ['the seed cannot be sealed', { service: 'kms', kind: 'error' }, 1],
  ['no push address can be made', { service: 'sns', operation: 'CreatePlatformEndpoint', kind: 'error' }, 2],
])('an enrolment while %s is finished by the same code and keys, with one phone', async (_, fault, index) => {
  const app = await openApp(nth(people, index));
  const code = await administrator.web.activationCode(app.tokenId);
  const keys = await createKeys();
  const options = { keys, pushToken: `push-of-${app.tokenId}` };
  const first = await withFaults([fault], () => enrolPhone(app, code, options).catch((error: unknown) => error));
  const second = await enrolPhone(app, code, options);
  expect((await administrator.web.token(app.tokenId)).device?.deviceId).toBe(second.deviceId);
  if (!(first instanceof Error))
    expect(first).toEqual(expect.objectContaining({ deviceId: second.deviceId, seed: second.seed }));
  await enrolledOnce(app.tokenId);
});
