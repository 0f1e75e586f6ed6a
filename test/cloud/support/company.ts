import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import * as z from 'zod';
import { importFile } from '../../../scripts/import/import-file.ts';
import { UserPool } from '../../../scripts/import/user-pool.ts';
import { findStack } from '../../../scripts/stack.ts';
import { openTables } from '../../../shared/aws/tables.ts';
import { systemRandom } from '../../../shared/clock.ts';
import { cloudPort } from './port.ts';

export type Policy = 'REQUESTER' | 'OTHER_ADMINISTRATOR' | 'HOLDER';
export type Role = 'ADMINISTRATOR' | 'SECONDARY' | 'DISABLED';

export interface Person {
  readonly companyId: string;
  readonly companyName: string;
  readonly policy: Policy;
  readonly username: string;
  readonly fullName: string;
  readonly role: Role;
  readonly physicalSerial: string;
  /** The administrator's first activation code, from the import. */
  readonly activationCode: string | undefined;
}

export interface Company {
  readonly companyId: string;
  readonly name: string;
  readonly policy: Policy;
  readonly administrators: readonly Person[];
  readonly secondaries: readonly Person[];
}

export interface CompanyWish {
  readonly policy?: Policy;
  readonly administrators: number;
  readonly secondaries?: number;
  /** Its texts are the widest that can be imported, without a place to break. */
  readonly wide?: boolean;
}

const DAY_SECONDS = 86_400;
/** The first line of a file of people. */
export const HEADER = 'company_id,company_name,authorization_policy,username,full_name,email,role,physical_serial';

/** Loads fresh companies, as many as are wished for, in one run of the import. */
export async function loadCompanies(label: string, wishes: readonly CompanyWish[]): Promise<Company[]> {
  const run = `${label}-${randomBytes(3).toString('hex')}`;
  const companies = wishes.map((wish, index) => plan(`${run}-${index}`, wish));
  const codes = await importPeople(
    companies.flatMap(({ administrators, secondaries }) => [...administrators, ...secondaries]),
  );
  const withCode = (person: Person): Person => ({ ...person, activationCode: codes.get(person.username) });
  return companies.map((company) => ({ ...company, administrators: company.administrators.map(withCode) }));
}

/** Loads one fresh company. */
export async function loadCompany(label: string, wish: CompanyWish): Promise<Company> {
  const [company] = await loadCompanies(label, [wish]);
  if (!company) throw new Error('No company was planned');
  return company;
}

/** Loads a person again with another role, as the bank does when a right is given or taken. */
export async function changeRole(person: Person, role: Role): Promise<void> {
  await importPeople([{ ...person, role }]);
}

/** Loads a person again, as the bank does to give an administrator a code for a new phone. */
export async function loadAgain(person: Person): Promise<Person> {
  const codes = await importPeople([person]);
  return { ...person, activationCode: codes.get(person.username) };
}

/** The n-th of a list that is known to be long enough. */
export function nth<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new Error(`There is no number ${index} in a list of ${list.length}`);
  return item;
}

function plan(companyId: string, wish: CompanyWish): Company {
  const { policy = 'REQUESTER', administrators, secondaries = 0, wide = false } = wish;
  const widen = (text: string, length: number): string => (wide ? text.replaceAll(' ', '').padEnd(length, 'W') : text);
  const name = widen(`Empresa Demo ${companyId}`, 120);
  const people = (count: number, role: Role, letter: string, title: string) =>
    Array.from({ length: count }, (_, index): Person => {
      const username = widen(`${companyId}-${letter}${index}`, 100);
      return {
        companyId,
        companyName: name,
        policy,
        username,
        fullName: widen(`${title} Demo Número ${index} ${companyId}`, 100),
        role,
        physicalSerial: widen(`SN-${companyId}-${letter}${index}`, 64),
        activationCode: undefined,
      };
    });
  return {
    companyId,
    name,
    policy,
    administrators: people(administrators, 'ADMINISTRATOR', 'a', 'Administradora'),
    secondaries: people(secondaries, 'SECONDARY', 's', 'Titular'),
  };
}

const codesSchema = z.array(z.object({ username: z.string(), activation_code: z.string() }));

/**
 * Loads people and gives their activation codes, by the import's own work in this process: to start its command takes
 * longer. `import.test.ts` runs the command.
 */
export async function importPeople(people: readonly Person[]): Promise<Map<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'llavero-import-'));
  try {
    const file = join(folder, 'people.csv');
    const out = join(folder, 'codes.csv');
    await writeFile(file, [HEADER, ...people.map(line), ''].join('\n'));
    const stack = await findStack({ port: cloudPort() });
    const faults: string[] = [];
    await importFile(
      file,
      { codesPath: out, dryRun: false, invite: false },
      {
        tables: openTables(stack.environment),
        pool: new UserPool(stack),
        random: systemRandom,
        now: () => new Date(),
        activationCodeSeconds: stack.activationCodeSeconds ?? DAY_SECONDS,
        showProgress: () => ({ update: () => undefined, log: (text) => faults.push(text), stop: () => undefined }),
        createdPerSecond: undefined,
      },
    );
    if (faults.length > 0) throw new Error(faults.join('\n'));
    const rows = codesSchema.parse(parse(await readFile(out), { columns: true }));
    return new Map(rows.map(({ username, activation_code }) => [username, activation_code]));
  } finally {
    await rm(folder, { recursive: true });
  }
}

function line({ companyId, companyName, policy, username, fullName, role, physicalSerial }: Person): string {
  return [companyId, companyName, policy, username, fullName, `${username}@demo.invalid`, role, physicalSerial].join(
    ',',
  );
}
