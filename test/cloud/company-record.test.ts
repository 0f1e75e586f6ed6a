import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import * as z from 'zod';
import { type Company, changeRole, loadAgain, loadCompanies, nth, type Person } from './support/company.ts';
import { eventually } from './support/eventually.ts';
import { expectProblem } from './support/http.ts';
import { mailWith } from './support/mail.ts';
import { cloudPort } from './support/port.ts';
import { mustRun, runScript } from './support/run.ts';
import { eventSchema } from './support/shapes.ts';
import { listAll, openWeb, type Web } from './support/web.ts';

const companyEventSchema = z.strictObject({
  ...eventSchema.shape,
  companyId: z.string(),
  tokenId: z.string().nullable(),
});

let company: Company;
let other: Company;
let web: Web;

beforeAll(async () => {
  [company, other] = (await loadCompanies('own-record', [
    { policy: 'OTHER_ADMINISTRATOR', administrators: 2, secondaries: 2 },
    { administrators: 1 },
  ])) as [Company, Company];
  web = await openWeb(nth(company.administrators, 0));
});

const events = (query: string, limit?: number) => listAll(web, `/events${query}`, companyEventSchema, limit);
/** Waits until the index has as many events of a type. */
const ofType = (type: string, count: number) =>
  eventually(
    () => events(`?type=${type}`),
    ({ length }) => length === count,
  );
const address = ({ username }: Person) => `${username}@demo.invalid`;

it('four eyes that one line turns off are an event of the company’s record, and every administrator is mailed', async () => {
  await loadAgain({ ...nth(company.secondaries, 0), policy: 'REQUESTER' });
  const [changed] = await ofType('POLICY_CHANGED', 1);
  expect(changed).toMatchObject({
    companyId: company.companyId,
    tokenId: null,
    actor: { type: 'BANK' },
    details: { from: 'OTHER_ADMINISTRATOR', to: 'REQUESTER' },
  });
  for (const administrator of company.administrators) {
    await mailWith(address(administrator), 'Cambió quién autoriza los cambios de los tokens', company.name);
  }
});

it('an administrator who is removed is recorded, and told as those who stay are', async () => {
  const [stays, goes] = [nth(company.administrators, 0), nth(company.administrators, 1)];
  await changeRole({ ...goes, policy: 'REQUESTER' }, 'DISABLED');
  const [removed] = await ofType('ADMINISTRATOR_REMOVED', 1);
  expect(removed?.details).toMatchObject({ fullName: goes.fullName, role: 'ADMINISTRATOR', enabled: false });
  for (const person of [stays, goes]) await mailWith(address(person), 'un administrador menos', goes.fullName);
  const tokens = await web.get(`/tokens?kind=VIRTUAL&q=${goes.username}`, z.object({ items: z.array(z.unknown()) }));
  expect(tokens.items).toMatchObject([{ holder: { username: goes.username, enabled: false } }]);
});

it('a changed address is told to the earlier one, and is in the record as digests alone', async () => {
  const { companyId, companyName, username, fullName, physicalSerial } = nth(company.secondaries, 1);
  const folder = await mkdtemp(join(tmpdir(), 'llavero-address-'));
  const file = join(folder, 'people.csv');
  const row = [
    companyId,
    companyName,
    'REQUESTER',
    username,
    fullName,
    'otra@demo.invalid',
    'SECONDARY',
    physicalSerial,
  ];
  await writeFile(
    file,
    `company_id,company_name,authorization_policy,username,full_name,email,role,physical_serial\n${row.join(',')}\n`,
  );
  await mustRun('import', [file, '--port', String(cloudPort())]);
  await rm(folder, { recursive: true });
  const [moved] = await ofType('NOTICE_ADDRESS_CHANGED', 1);
  const digest = expect.stringMatching(/^[0-9a-f]{64}$/);
  expect(moved?.details).toMatchObject({ fullName, from: digest, to: digest });
  await mailWith(`${username}@demo.invalid`, 'Cambió el correo de avisos', fullName);
});

it('the whole record comes newest first, each event once, whatever the page; and the same as CSV', async () => {
  const all = await events('');
  expect(all.map(({ at }) => at)).toEqual(
    all
      .map(({ at }) => at)
      .toSorted()
      .reverse(),
  );
  const names = all.map(({ tokenId, seq }) => `${tokenId} ${seq}`);
  expect(new Set(names).size).toBe(names.length);
  expect((await events('', 3)).map(({ tokenId, seq }) => `${tokenId} ${seq}`)).toEqual(names);
  expect(new Set(all.map(({ companyId }) => companyId))).toEqual(new Set([company.companyId]));

  const hashes: string[] = [];
  for (let query = '?limit=5'; query !== ''; ) {
    const { status, headers, body } = await web.send('GET', `/events${query}`, { headers: { accept: 'text/csv' } });
    expect([status, headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8; header=present']);
    const rows: { hash: string }[] = parse(String(body), { columns: true, recordDelimiter: '\r\n' });
    hashes.push(...rows.map(({ hash }) => hash));
    query = /^<(\?[^>]+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1] ?? '';
  }
  expect(hashes).toEqual(all.map(({ hash }) => hash));
});

it('a time and a token narrow it; another company’s token gives nothing, and a secondary user is refused', async () => {
  const [newest, ...older] = await events('');
  const before = await events(`?to=${newest?.at}`);
  expect(before.map(({ hash }) => hash)).toEqual(older.filter(({ at }) => at !== newest?.at).map(({ hash }) => hash));
  const { tokenId } = older.find((event) => event.tokenId !== null) ?? {};
  expect(await events(`?tokenId=${tokenId}`)).toEqual(older.filter((event) => event.tokenId === tokenId));
  const stranger = await openWeb(nth(other.administrators, 0));
  expect(await listAll(stranger, `/events?tokenId=${tokenId}`, companyEventSchema)).toEqual([]);
  const secondary = await openWeb(nth(company.secondaries, 0));
  expectProblem(await secondary.send('GET', '/events'), 403, 'ADMINISTRATOR_ONLY');
});

it('the record is whole with the company’s own, which leads to the policy that is stored', async () => {
  const args = ['--company', company.companyId, '--port', String(cloudPort())];
  const { exitCode, stdout } = await runScript('verify-record', args);
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringContaining('WHOLE') });
});
