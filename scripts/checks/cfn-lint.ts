import { installedTool, runTool } from './python-tools.ts';

/** Findings that the CDK causes by design: a dependency that a reference implies too, and another stack's export. */
const IGNORED_CHECKS = ['W3005', 'W6001'];

/** Returns cfn-lint's findings in templates, one line each; throws if it could not run. */
export async function runCfnLint(templates: readonly string[]): Promise<readonly string[]> {
  const tool = await installedTool('cfn-lint', 'cfn-lint');
  const options = ['--ignore-checks', ...IGNORED_CHECKS, '--regions', 'us-east-1', '--format', 'parseable'];
  const { code, stdout, stderr } = await runTool(tool, [...options, '--template', ...templates]);
  const findings = stdout.split('\n').filter((line) => line !== '');
  if (code !== 0 && findings.length === 0) throw new Error(`cfn-lint ended with ${code}: ${stderr.trim().slice(-500)}`);
  return findings;
}
