import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { runCommand } from '../tools/command-line.ts';
import { PROJECT_ROOT, projectPath } from '../tools/project.ts';
import { SECRET_EXCEPTIONS } from './checks/secret-exceptions.ts';
import { findSecrets, judgeFindings } from './checks/secrets.ts';

const HELP = `Searches every file of the repository and of the next commit for secrets.

  npm run check:secrets [-- --staged]

With --staged it reads only the files of the next commit, for the pre-commit hook. Findings that are no secrets are
listed with a reason in scripts/checks/secret-exceptions.ts. It needs Python 3.10 or later and installs detect-secrets
once, under .venv. It sends nothing anywhere.
`;

const LISTED = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
const STAGED = ['diff', '--cached', '--name-only', '-z', '--diff-filter=ACMR'];

await runCommand({ help: HELP, options: { staged: { type: 'boolean', default: false } } }, async ({ staged }) => {
  const files = listFiles(staged ? STAGED : LISTED);
  if (files.length === 0) return;
  console.log(`Searching ${files.length} files for secrets`);
  const findings = await findSecrets(files);
  const { unexcused, stale } = judgeFindings(findings, SECRET_EXCEPTIONS);
  for (const { file, line, kind, hash } of unexcused) console.error(`${file}:${line} ${kind} (SHA-1 ${hash})`);
  if (unexcused.length > 0) {
    throw new Error(
      `${unexcused.length} findings, listed above. Remove and revoke the secret, or add an exception with its reason to secret-exceptions.ts`,
    );
  }
  // A part of the files does not show which exceptions are still needed.
  if (!staged && stale.length > 0) {
    for (const { files, kinds, reason } of stale) console.error(`Unused: ${files} ${kinds.join(', ')}: ${reason}`);
    throw new Error(`${stale.length} unused exceptions, listed above. Remove them`);
  }
  console.log(`No secrets; ${findings.length} findings are covered by exceptions`);
});

function listFiles(gitArguments: readonly string[]): string[] {
  const listed = execFileSync('git', gitArguments, { cwd: PROJECT_ROOT, encoding: 'utf8' });
  // Git also lists a file whose deletion is not committed yet.
  return listed.split('\0').filter((file) => file !== '' && existsSync(projectPath(file)));
}
