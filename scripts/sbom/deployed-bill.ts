import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { PROJECT_ROOT, projectPath } from '../../tools/project.ts';
import { type Bill, billSchema, deployedPart } from './bill.ts';

const namesSchema = z._default(z.record(z.string(), z.string()), {});

/** The members read of a package in `package-lock.json` (lockfileVersion 3). */
const lockedSchema = z.object({
  name: z.optional(z.string()),
  version: z.optional(z.string()),
  link: z.optional(z.boolean()),
  dependencies: namesSchema,
  optionalDependencies: namesSchema,
  peerDependencies: namesSchema,
  peerDependenciesMeta: z._default(z.record(z.string(), z.object({ optional: z.optional(z.boolean()) })), {}),
});

type Locked = z.infer<typeof lockedSchema>;

const lockSchema = z.object({ packages: z.record(z.string(), lockedSchema) });

/** The bill of the deployed packages, as locked: the functions' and the pages'. */
export function deployedBill(): Bill {
  const written = execFileSync('npm', ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx'], {
    cwd: PROJECT_ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 ** 2,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const { packages } = lockSchema.parse(JSON.parse(readFileSync(projectPath('package-lock.json'), 'utf8')));
  return deployedPart(billSchema.parse(JSON.parse(written)), mapProduction(packages));
}

/** Maps each package of a lock file to its production dependencies, the project and its workspaces included. */
function mapProduction(packages: Readonly<Record<string, Locked>>): Map<string, string[]> {
  const own = Object.entries(packages).filter(
    ([path, { link }]) => path !== '' && !path.includes('node_modules/') && !link,
  );
  const workspaces = own.map(([path, locked]) => readName(path, locked));
  return new Map(
    Object.entries(packages)
      .filter(([, { link }]) => !link)
      .map(([path, locked]) => [
        `${readName(path, locked)}@${locked.version}`,
        [...neededBy(locked), ...(path === '' ? workspaces : [])],
      ]),
  );
}

/** A peer that may be missing is there for somebody else. */
function neededBy({ dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta }: Locked): string[] {
  const peers = Object.keys(peerDependencies).filter((name) => peerDependenciesMeta[name]?.optional !== true);
  return [...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers];
}

function readName(path: string, { name }: Locked): string {
  return name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}
