import { relative, resolve } from 'node:path';
import * as z from 'zod/mini';
import { PROJECT_ROOT } from '../../tools/project.ts';
import { installedTool, runTool } from './python-tools.ts';

const reportSchema = z.object({
  results: z.record(
    z.string(),
    z.array(z.object({ type: z.string(), line_number: z.number(), hashed_secret: z.string() })),
  ),
});

/** A possible secret: its place, its kind, and its SHA-1 in hexadecimal instead of its value. */
export interface SecretFinding {
  readonly file: string;
  readonly line: number;
  readonly kind: string;
  readonly hash: string;
}

/** A finding that is no secret. */
export interface SecretException {
  /** Paths from the project's folder. */
  readonly files: RegExp;
  readonly kinds: readonly string[];
  /** SHA-1 of the values meant; whatever is of these kinds in these files where they are left out. */
  readonly hashes?: readonly string[];
  readonly reason: string;
}

/**
 * Looks for secrets in files, by their paths from a folder; nothing is verified over the network, and a comment in a
 * file excuses nothing.
 */
export async function findSecrets(files: readonly string[], folder = PROJECT_ROOT): Promise<SecretFinding[]> {
  const scanner = await installedTool('checkov', 'detect-secrets');
  const options = ['--no-verify', '--disable-filter', 'detect_secrets.filters.allowlist.is_line_allowlisted'];
  const { code, stdout, stderr } = await runTool(scanner, ['scan', ...options, ...files], folder);
  if (code !== 0) throw new Error(`detect-secrets ended with ${code}: ${stderr.trim().slice(-500)}`);
  const { results } = reportSchema.parse(JSON.parse(stdout));
  return Object.entries(results).flatMap(([file, found]) =>
    found.map(({ type, line_number, hashed_secret }) => ({
      file: relative(folder, resolve(folder, file)),
      line: line_number,
      kind: type,
      hash: hashed_secret,
    })),
  );
}

/** The findings that no exception excuses, and the exceptions that excuse nothing any more. */
export function judgeFindings(findings: readonly SecretFinding[], exceptions: readonly SecretException[]) {
  const excuses = ({ files, kinds, hashes }: SecretException, finding: SecretFinding) =>
    files.test(finding.file) && kinds.includes(finding.kind) && (hashes?.includes(finding.hash) ?? true);
  return {
    unexcused: findings.filter((finding) => !exceptions.some((exception) => excuses(exception, finding))),
    stale: exceptions.filter((exception) => !findings.some((finding) => excuses(exception, finding))),
  };
}
