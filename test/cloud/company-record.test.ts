import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import * as z from 'zod';
import { type Company, HEADER, loadCompany, nth, type Person, type Role } from './support/company.ts';
import { eventually } from './support/eventually.ts';
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
let web: Web;

beforeAll(async () => {
  const wish = { policy: 'OTHER_ADMINISTRATOR', administrators: 2, secondaries: 1 } as const;
  company = await loadCompany('own-record', wish);
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

it('a load that changes the policy, removes an administrator and corrects an address is recorded, and told to whom it concerns', async () => {
  const [stays, goes] = [nth(company.administrators, 0), nth(company.administrators, 1)];
  const moves = nth(company.secondaries, 0);
  const row = ({ username, fullName, physicalSerial }: Person, email: string, role: Role) =>
    [company.companyId, company.name, 'REQUESTER', username, fullName, email, role, physicalSerial].join(',');
  const folder = await mkdtemp(join(tmpdir(), 'llavero-address-'));
  const file = join(folder, 'people.csv');
  const rows = [row(goes, address(goes), 'DISABLED'), row(moves, 'otra@demo.invalid', 'SECONDARY'), ''];
  await writeFile(file, [HEADER, ...rows].join('\n'));
  await mustRun('import', [file, '--port', String(cloudPort())]);
  await rm(folder, { recursive: true });

  const [changed] = await ofType('POLICY_CHANGED', 1);
  expect(changed).toMatchObject({
    companyId: company.companyId,
    tokenId: null,
    actor: { type: 'BANK' },
    details: { from: 'OTHER_ADMINISTRATOR', to: 'REQUESTER' },
  });
  await mailWith(address(stays), 'Cambió quién autoriza los cambios de los tokens', company.name);

  const [removed] = await ofType('ADMINISTRATOR_REMOVED', 1);
  expect(removed?.details).toMatchObject({ fullName: goes.fullName, role: 'ADMINISTRATOR', enabled: false });
  for (const person of [stays, goes]) await mailWith(address(person), 'un administrador menos', goes.fullName);
  const tokens = await web.get(`/tokens?kind=VIRTUAL&q=${goes.username}`, z.object({ items: z.array(z.unknown()) }));
  expect(tokens.items).toMatchObject([{ holder: { username: goes.username, enabled: false } }]);

  const [moved] = await ofType('NOTICE_ADDRESS_CHANGED', 1);
  const digest = expect.stringMatching(/^[0-9a-f]{64}$/);
  expect(moved?.details).toMatchObject({ fullName: moves.fullName, from: digest, to: digest });
  await mailWith(address(moves), 'Cambió el correo de avisos', moves.fullName);
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

it('the record is whole with the company’s own, which leads to the policy that is stored', async () => {
  const args = ['--company', company.companyId, '--port', String(cloudPort())];
  const { exitCode, stdout } = await runScript('verify-record', args);
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringContaining('WHOLE') });
});
