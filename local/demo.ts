import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import * as z from 'zod';
import { projectPath } from '../tools/project.ts';
import { runLogged } from '../tools/run-program.ts';
import { awsEnvironment } from './aws-environment.ts';
import type { Instance } from './instance.ts';

/** The one password of every imported user of a local cloud. */
export const DEMO_PASSWORD = 'Llavero-Demo-2026';

const CODES_FILE = 'activation-codes.csv';

const DEMO_FILE = projectPath('local/demo.csv');

const rowsSchema = z.array(
  z.object({ company_id: z.string(), company_name: z.string(), username: z.string(), role: z.string() }),
);

export interface DemoUser {
  readonly username: string;
  readonly companyId: string;
  readonly companyName: string;
  readonly role: string;
}

/** Where the activation codes of the demo administrators' first phones are. */
export function activationCodesFile(instance: Instance): string {
  return join(instance.folder, CODES_FILE);
}

/** The people of the demo file. */
export function demoUsers(): DemoUser[] {
  const rows = rowsSchema.parse(parse(readFileSync(DEMO_FILE), { columns: true, bom: true }));
  return rows.map((row) => ({
    username: row.username,
    companyId: row.company_id,
    companyName: row.company_name,
    role: row.role,
  }));
}

/** Loads the demo companies with the import command, as an operator would. */
export async function loadDemo(instance: Instance, signal: AbortSignal): Promise<void> {
  const out = activationCodesFile(instance);
  // Codes of an earlier start are void: new ones are issued now.
  for (const file of readdirSync(instance.folder)) {
    if (file.startsWith(CODES_FILE)) rmSync(join(instance.folder, file));
  }
  const args = [
    'run',
    '--silent',
    'import',
    '--',
    DEMO_FILE,
    '--activation-codes',
    out,
    '--port',
    String(instance.port),
  ];
  await runLogged('npm', args, {
    env: awsEnvironment(instance.endpoint),
    log: join(instance.logs, 'import.log'),
    signal,
  });
}
