import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectPath } from './project.ts';
import { type LoggedOptions, runLogged } from './run-program.ts';

const PYTHONS = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];
/** Prints its version, and fails where it is too old or cannot make virtual environments. */
const PROBE = 'import sys, venv; assert sys.version_info >= (3, 10); print(sys.version)';
/** The file pins every package, so pip looks for no others; Python compiles those modules that are used. */
const PIP = '-m pip install --no-deps --no-compile --no-input --disable-pip-version-check --progress-bar off'.split(
  ' ',
);

export interface PythonEnvironment {
  /** Its Python; what it has installed is run by that, for it was installed under another path. */
  readonly python: string;
  /** The folder of its scripts. */
  readonly bin: string;
  /** True if it had to be installed. */
  readonly fresh: boolean;
}

/**
 * Installs what a requirements file pins into a virtual environment of its own, `.venv/<name>-<digest>`; reuses it until
 * the file or the Python changes.
 *
 * @param requirements the file, from the project's folder.
 * @param detail is told of each package.
 */
export async function installPythonEnvironment(
  name: string,
  requirements: string,
  { log, signal, detail }: Pick<LoggedOptions, 'log' | 'signal'> & { readonly detail?: (text: string) => void },
): Promise<PythonEnvironment> {
  const file = projectPath(requirements);
  const system = findPython();
  const digest = createHash('sha256').update(system.version).update(readFileSync(file)).digest('hex').slice(0, 12);
  const folder = projectPath(`.venv/${name}-${digest}`);
  const bin = join(folder, 'bin');
  const python = join(bin, 'python');
  if (existsSync(folder)) return { python, bin, fresh: false };

  // Two may come here at once: each installs aside, and the first to finish gives its place.
  mkdirSync(projectPath('.venv'), { recursive: true });
  const aside = `${folder}.${process.pid}`;
  const options = { log, ...(signal && { signal }) };
  try {
    detail?.('making a virtual environment');
    await runLogged(system.command, ['-m', 'venv', aside], options).catch((cause: unknown) => {
      signal?.throwIfAborted();
      throw new Error(
        `${system.command} cannot make a virtual environment: install its venv module (Debian and Ubuntu: apt install python3-venv), see ${log}`,
        { cause },
      );
    });
    await runLogged(join(aside, 'bin/python'), [...PIP, '--requirement', file], {
      ...options,
      onLine: (line) => {
        const named = /^Collecting (\S+)/.exec(line)?.[1];
        if (named) detail?.(named);
      },
    });
    if (!existsSync(folder)) renameSync(aside, folder);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
  return { python, bin, fresh: true };
}

/** The first Python on the PATH that will do, and its version as it tells it. */
function findPython(): { readonly command: string; readonly version: string } {
  for (const command of PYTHONS) {
    try {
      const version = execFileSync(command, ['-c', PROBE], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
      return { command, version };
    } catch {
      // Not there, or too old: the next may do.
    }
  }
  throw new Error('Python 3.10 or later with its venv module is needed and was not found');
}
