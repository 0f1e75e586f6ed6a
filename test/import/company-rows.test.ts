import { Administrators } from '../../scripts/import/administrators.ts';
import { CompanyRows } from '../../scripts/import/company-rows.ts';
import { createPerson, updatePerson } from '../../scripts/import/decide-person.ts';
import type { PersonLine } from '../../scripts/import/file/person-line.ts';
import { FileFacts } from '../../scripts/import/file-facts.ts';
import { readOwner, readPeople, writePerson } from '../../scripts/import/person-store.ts';
import { openScratch } from '../../scripts/import/scratch.ts';
import { Warnings } from '../../scripts/import/warnings.ts';
import { COMPANY_RECORD } from '../../shared/domain/event.ts';
import { StaleDecisionError } from '../../shared/errors.ts';
import { companies, formerAddresses, usernameClaims, users } from '../../shared/repositories/items.ts';
import { record } from '../shared/use-cases/scene.ts';
import { at, given, stored } from '../world/given.ts';
import { type MemoryWorld, meanwhile, memoryWorld } from '../world/world.ts';
import { aContext, aLine, LATER } from './fixtures.ts';

const company = { companyId: 'DEMO', name: 'Empresa Demo', authorizationPolicy: 'OTHER_ADMINISTRATOR' } as const;
const line = (members: Partial<PersonLine> = {}) => aLine({ company, physicalSerial: null, ...members });

let world: MemoryWorld;
let rows: CompanyRows;

function openRows(): CompanyRows {
  const { tables } = world;
  const scratch = openScratch();
  const [facts, warnings] = [new FileFacts(scratch), new Warnings(scratch)];
  const administrators = new Administrators(scratch);
  return new CompanyRows({ tables, facts, warnings, administrators, dryRun: false, contextNow: aContext });
}

beforeEach(() => {
  world = memoryWorld();
  rows = openRows();
});

const recorded = () => record(world, COMPANY_RECORD).map(({ seq, type }) => [seq, type]);
const head = () => stored(world, companies.at('DEMO'))?.recordHead;

async function load(members: Partial<PersonLine> = {}): Promise<void> {
  const context = aContext({ now: LATER });
  const owner = await readOwner(world.tables, 'demo.uno');
  const [person] = owner ? await readPeople(world.tables, [owner]) : [];
  if (!person) given(world, at(usernameClaims.at('demo.uno'), { companyId: 'DEMO', until: LATER.toISOString() }));
  const decision = person
    ? updatePerson(line(members), person, context)
    : createPerson(line(members), 'sub-1', context);
  if (decision) await writePerson(world.tables, decision, owner, undefined, context);
}

it('a company is written with its record, and once where nothing changes', async () => {
  await rows.ensure(company);
  await rows.ensure(company);
  expect(recorded()).toEqual([[1, 'COMPANY_CREATED']]);
  expect(head()).toEqual({ seq: 1, hash: record(world, COMPANY_RECORD)[0]?.hash });
  expect([rows.created, rows.updated]).toEqual([1, 0]);
});

it('a policy is changed in the transaction that records it', async () => {
  await rows.ensure(company);
  await rows.ensure({ ...company, authorizationPolicy: 'REQUESTER' });
  expect(record(world, COMPANY_RECORD).map(({ type, details }) => [type, details.from, details.to])).toEqual([
    ['COMPANY_CREATED', undefined, undefined],
    ['POLICY_CHANGED', 'OTHER_ADMINISTRATOR', 'REQUESTER'],
  ]);
  expect([rows.created, rows.updated]).toEqual([1, 1]);
});

it('decides again where another load changed the company meanwhile, and loses no event of either', async () => {
  await rows.ensure(company);
  const other = openRows();
  let theirs: Promise<void> | undefined;
  meanwhile(world, 'TransactWrite', () => {
    theirs = other.ensure({ ...company, name: 'Otra' });
  });
  await rows.ensure({ ...company, authorizationPolicy: 'REQUESTER' });
  await theirs;
  const events = record(world, COMPANY_RECORD);
  expect(events.map(({ seq, previousHash }) => [seq, previousHash]).slice(1)).toEqual(
    events.slice(0, -1).map(({ seq, hash }) => [seq + 1, hash]),
  );
  expect(events.map(({ type }) => type)).toContain('POLICY_CHANGED');
});

it('an administrator’s right is written with the event of the company’s record that says so', async () => {
  await rows.ensure(company);
  await load();
  await load({ role: 'SECONDARY' });
  await load({ role: 'DISABLED' });
  expect(recorded()).toEqual([
    [1, 'COMPANY_CREATED'],
    [2, 'ADMINISTRATOR_ADDED'],
    [3, 'ADMINISTRATOR_REMOVED'],
    [4, 'USER_DISABLED'],
  ]);
  expect(head()?.seq).toBe(4);
});

it('a right is not written where the company’s record moved on meanwhile', async () => {
  await rows.ensure(company);
  await load();
  meanwhile(world, 'TransactWrite', () => {
    given(world, { ...company, recordHead: { seq: 9, hash: 'of another' } });
  });
  await expect(load({ role: 'DISABLED' })).rejects.toThrow(StaleDecisionError);
  expect(stored(world, users.at('sub-1'))?.enabled).toBe(true);
});

it('the earlier address is kept for its notice alone, and is in no record', async () => {
  await rows.ensure(company);
  await load();
  await load({ email: 'dos@example.com' });
  expect(recorded().at(-1)).toEqual([3, 'NOTICE_ADDRESS_CHANGED']);
  expect(stored(world, formerAddresses.at('DEMO', 3))).toEqual({ email: 'uno@example.com' });
  const kept = world.services.tables.items('llavero').find(({ sk }) => sk === 'ADDRESS');
  expect(kept?.ttl).toBe(LATER.getTime() / 1000 + 7 * 86_400);
  expect(JSON.stringify(world.services.tables.items('llavero-record'))).not.toContain('@');
});
