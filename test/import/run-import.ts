import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importFile } from '../../scripts/import/import-file.ts';
import { UserPool } from '../../scripts/import/user-pool.ts';
import type { MemoryWorld } from '../world/world.ts';
import { POOL } from './memory-pool.ts';

export const HEADER = 'company_id,company_name,authorization_policy,username,full_name,email,role,physical_serial';

/** The part of a load's output that an operator reads. */
export interface Told {
  readonly companies: string;
  readonly people: string;
  readonly invitations: string;
  readonly warnings: readonly string[];
  /** The bad lines: number and reason, English alone. */
  readonly bad: readonly string[];
}

interface Options {
  readonly dryRun?: boolean;
  readonly invite?: boolean;
  readonly codesPath?: string;
  /** The password that a local cloud gives; without it the pool invites. */
  readonly password?: string | undefined;
  readonly createdPerSecond?: number | undefined;
}

/** Loads a file of these bytes, or the one at this path. */
export async function runImport(
  { tables, random, clock }: MemoryWorld,
  file: string | Buffer | { readonly path: string },
  { dryRun = false, invite = false, codesPath, password, createdPerSecond }: Options = {},
): Promise<Told> {
  const folder = await mkdtemp(join(tmpdir(), 'llavero-import-'));
  const path = typeof file === 'object' && 'path' in file ? file.path : join(folder, 'people.csv');
  const bad: string[] = [];
  try {
    if (typeof file === 'string' || Buffer.isBuffer(file)) await writeFile(path, file);
    const { companies, people, invitations, warnings } = await importFile(
      path,
      { dryRun, invite, codesPath },
      {
        tables,
        random,
        pool: new UserPool({ ...POOL, demoPassword: password }),
        now: () => clock.now(),
        activationCodeSeconds: 3600,
        createdPerSecond,
        showProgress: () => ({ update: () => {}, stop: () => {}, log: (text) => bad.push(inEnglish(text)) }),
      },
    );
    return {
      companies: `${companies.created} created, ${companies.updated} updated`,
      people: `${people.created} created, ${people.updated} updated, ${people.unchanged} unchanged`,
      invitations: `${invitations.sent} sent, ${invitations.left} left`,
      warnings: [...warnings].map((text) => text.split(' · ')[1] ?? text),
      bad,
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Loads these lines below the usual header. */
export function runLines(world: MemoryWorld, lines: readonly string[], options: Options = {}): Promise<Told> {
  return runImport(world, [HEADER, ...lines, ''].join('\n'), options);
}

/** `línea 2 · line 2: column: es · en; column: es · en`, without the Spanish. */
function inEnglish(text: string): string {
  const [number, ...reasons] = text.replace(/^línea \d+ · /, '').split(': ');
  return `${number}: ${reasons.join(': ').replaceAll(/(^|; )([a-z_]+: )?[^·;]* · /g, '$1$2')}`;
}
