import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { runCommand } from '../tools/command-line.ts';
import { PROJECT_ROOT, projectPath } from '../tools/project.ts';
import { SECRET_EXCEPTIONS } from './checks/secret-exceptions.ts';
import { findSecrets, judgeFindings } from './checks/secrets.ts';

const HELP = `Looks for secrets in every file that is in the repository or would be with the next commit.

  npm run check:secrets

What looks like a secret and is none is in scripts/checks/secret-exceptions.ts, with the reason. It needs Python 3.10 or
later, in which detect-secrets is installed once, under .venv; nothing is sent anywhere.
`;

await runCommand({ help: HELP, options: {} }, async () => {
  const files = repositoryFiles();
  console.log(`Looking for secrets in ${files.length} files`);
  const findings = await findSecrets(files);
  const { unexcused, stale } = judgeFindings(findings, SECRET_EXCEPTIONS);
  for (const { file, line, kind, hash } of unexcused) console.error(`${file}:${line} ${kind} (SHA-1 ${hash})`);
  for (const { files, kinds, reason } of stale)
    console.error(`Excuses nothing: ${files} ${kinds.join(', ')}: ${reason}`);
  if (unexcused.length > 0) {
    throw new Error(
      `Findings, above: ${unexcused.length}. Take the secret out and revoke it, or say in secret-exceptions.ts why it is none`,
    );
  }
  if (stale.length > 0) throw new Error(`Exceptions that excuse nothing, above: ${stale.length}. Take them out`);
  console.log(`No secret; ${findings.length} findings that are none, each with its reason`);
});

function repositoryFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: PROJECT_ROOT,
    encoding: 'utf8',
  });
  // A file that is deleted but not yet committed is listed still.
  return listed.split('\0').filter((file) => file !== '' && existsSync(projectPath(file)));
}
