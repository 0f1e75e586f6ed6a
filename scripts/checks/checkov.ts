import * as z from 'zod/mini';
import { projectPath } from '../../tools/project.ts';
import { installedTool, runTool } from './python-tools.ts';

const reportSchema = z.object({
  summary: z.object({ passed: z.number(), skipped: z.number(), parsing_errors: z.number() }),
  results: z.object({
    failed_checks: z.array(
      z.object({ check_id: z.string(), check_name: z.string(), resource: z.string(), file_path: z.string() }),
    ),
  }),
});

/** Returns checkov's findings, one line each, and the number of checks that passed or were acknowledged. */
export interface CheckovReport {
  readonly findings: readonly string[];
  readonly passed: number;
  readonly acknowledged: number;
}

/** Checks templates with checkov; throws where it could not read them all, or had nothing to check. */
export async function runCheckov(templates: readonly string[]): Promise<CheckovReport> {
  const checkov = await installedTool('checkov', 'checkov');
  const config = projectPath('infra/checks/checkov.yaml');
  const files = templates.flatMap((template) => ['--file', template]);
  const { stdout, stderr } = await runTool(checkov, ['--config-file', config, ...files]);
  const { summary, results } = parse(stdout, stderr);
  if (summary.parsing_errors > 0) throw new Error(`checkov could not read ${summary.parsing_errors} templates`);
  if (summary.passed + summary.skipped + results.failed_checks.length === 0) throw new Error('checkov checked nothing');
  return {
    findings: results.failed_checks.map(
      ({ check_id, check_name, resource, file_path }) => `${check_id} ${resource} (${file_path}): ${check_name}`,
    ),
    passed: summary.passed,
    acknowledged: summary.skipped,
  };
}

function parse(stdout: string, stderr: string): z.infer<typeof reportSchema> {
  try {
    return reportSchema.parse(JSON.parse(stdout));
  } catch (cause) {
    throw new Error(`checkov gave no report: ${stderr.trim().slice(-500) || stdout.trim().slice(0, 500)}`, { cause });
  }
}
