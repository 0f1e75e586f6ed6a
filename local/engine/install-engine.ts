import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LocalCloudError } from '../failure.ts';
import { runCommand } from '../process/run-command.ts';
import { projectPath } from '../project.ts';

const REQUIREMENTS = projectPath('local/engine/requirements.txt');
const OLDEST_PYTHON = [3, 10] as const;
const PYTHONS = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];

/** The Python that has the engine, and whether it had to be installed for this start. */
export interface InstalledEngine {
  readonly python: string;
  readonly fresh: boolean;
}

/** Installs the engine into a virtual environment of its own, named by its requirements; reuses it when it is there. */
export async function installEngine(
  log: string,
  signal: AbortSignal,
  detail: (text: string) => void,
): Promise<InstalledEngine> {
  const system = findPython();
  const folder = projectPath(`.venv/engine-${environmentDigest(system.version)}`);
  const python = join(folder, 'bin', 'python');
  const finished = join(folder, 'installed');
  if (existsSync(finished)) return { python, fresh: false };

  // Two starts at once may both come here: each installs aside, and the first to finish gives its place.
  mkdirSync(projectPath('.venv'), { recursive: true });
  const aside = `${folder}.${process.pid}`;
  try {
    detail('making a virtual environment');
    await runCommand(system.command, ['-m', 'venv', aside], { env: process.env, log, signal }).catch(
      (error: unknown) => {
        signal.throwIfAborted();
        throw new LocalCloudError(
          `${system.command} cannot make a virtual environment: install its venv module (Debian and Ubuntu: apt install python3-venv), see ${log}`,
          { cause: error },
        );
      },
    );
    const pip = [
      '-m',
      'pip',
      'install',
      '--disable-pip-version-check',
      '--no-input',
      '--progress-bar',
      'off',
      '--no-deps',
    ];
    await runCommand(join(aside, 'bin', 'python'), [...pip, '-r', REQUIREMENTS], {
      env: process.env,
      log,
      signal,
      onLine: (line) => {
        const named = /^Collecting (\S+)/.exec(line)?.[1];
        if (named) detail(named);
      },
    });
    writeFileSync(join(aside, 'installed'), '');
    if (!existsSync(finished)) renameSync(aside, folder);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
  return { python, fresh: true };
}

/** The first Python on the PATH that is new enough. */
function findPython(): { command: string; version: string } {
  const found: string[] = [];
  for (const command of PYTHONS) {
    const version = pythonVersion(command);
    if (version === undefined) continue;
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major === OLDEST_PYTHON[0] && minor >= OLDEST_PYTHON[1]) return { command, version };
    found.push(`${command} is ${version}`);
  }
  const seen = found.length > 0 ? ` (${found.join(', ')})` : '';
  throw new LocalCloudError(`Python ${OLDEST_PYTHON.join('.')} or later is needed and was not found${seen}`);
}

function pythonVersion(command: string): string | undefined {
  try {
    const script = 'import sys; print("%d.%d.%d" % sys.version_info[:3])';
    return execFileSync(command, ['-c', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}

function environmentDigest(pythonVersion: string): string {
  return createHash('sha256').update(pythonVersion).update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 12);
}
