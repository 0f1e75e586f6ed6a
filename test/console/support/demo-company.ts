import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import * as z from 'zod';
import type { Person } from '../../cloud/support/company.ts';
import { cloudPort } from '../../cloud/support/port.ts';
import { mustRun } from '../../cloud/support/run.ts';

const HEADER = 'company_id,company_name,authorization_policy,username,full_name,email,role,physical_serial';
const codesSchema = z.array(z.object({ username: z.string(), activation_code: z.string() }));

const PEOPLE = [
  { name: 'Demo Administradora Uno', role: 'ADMINISTRATOR' },
  { name: 'Demo Administrador Dos', role: 'ADMINISTRATOR' },
  { name: 'Demo Tesorería Tres', role: 'SECONDARY' },
  { name: 'Demo Nómina Cuatro', role: 'SECONDARY' },
] as const;

/** A company whose people have names fit for a picture; their usernames are new each time. */
export async function loadDemoCompany(): Promise<readonly Person[]> {
  const run = randomBytes(2).toString('hex');
  const people = PEOPLE.map(({ name, role }, index): Person => {
    const username = `demo.${run}.${index + 1}`;
    return {
      companyId: `DEMO-${run}`,
      companyName: 'Empresa Demo Andina',
      policy: 'REQUESTER',
      username,
      fullName: name,
      role,
      physicalSerial: `FT-${run}-${index + 1}`,
      activationCode: undefined,
    };
  });
  const folder = await mkdtemp(join(tmpdir(), 'llavero-demo-'));
  try {
    const file = join(folder, 'people.csv');
    const out = join(folder, 'codes.csv');
    await writeFile(file, [HEADER, ...people.map(line), ''].join('\n'));
    await mustRun('import', [file, '--activation-codes', out, '--port', String(cloudPort())]);
    const rows = codesSchema.parse(parse(await readFile(out), { columns: true }));
    return people.map((person) => ({
      ...person,
      activationCode: rows.find(({ username }) => username === person.username)?.activation_code,
    }));
  } finally {
    await rm(folder, { recursive: true });
  }
}

function line({ companyId, companyName, policy, username, fullName, role, physicalSerial }: Person): string {
  return [companyId, companyName, policy, username, fullName, `${username}@demo.invalid`, role, physicalSerial].join(
    ',',
  );
}
