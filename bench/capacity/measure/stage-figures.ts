import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { FUNCTIONS } from '../../../infra/functions.ts';
import { parseSettings } from '../../../infra/settings.ts';
import { METRICS } from '../../../shared/telemetry/metric-names.ts';
import { DEPLOYED_STAGE } from '../../../test/infra/synthesized-stage.ts';
import { projectPath } from '../../../tools/project.ts';
import type { Measured } from '../measured.ts';

const resourceSchema = z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).optional() });
const templateSchema = z.object({ Resources: z.record(z.string(), resourceSchema) });
type Resource = z.infer<typeof resourceSchema>;

const DEFAULT_MEMORY_MB = 512;

/** Lists the parts of a stage on AWS from its synthesized templates, and its settings with their defaults. */
export function stageFigures(): Measured['stage'] {
  const resources = synthesized();
  const ofType = (type: string) => resources.filter(({ Type }) => Type === type);
  const settings = parseSettings(DEPLOYED_STAGE);
  const readRules = ({ Properties }: Resource) => (Array.isArray(Properties?.Rules) ? Properties.Rules.length : 0);
  return {
    alarmMetrics: ofType('AWS::CloudWatch::Alarm').reduce((sum, alarm) => sum + countMetrics(alarm), 0),
    compositeAlarms: ofType('AWS::CloudWatch::CompositeAlarm').length,
    dashboards: ofType('AWS::CloudWatch::Dashboard').length,
    customMetrics: customMetrics(),
    keys: ofType('AWS::KMS::Key').length,
    webAcls: ofType('AWS::WAFv2::WebACL').length,
    webAclRules: ofType('AWS::WAFv2::WebACL').reduce((sum, acl) => sum + readRules(acl), 0),
    // Of the two push services, made by a person: no template holds them.
    secrets: 2,
    apiRatePerSecond: settings.apiRatePerSecond,
    functionMemoryMb: FUNCTIONS['request-change'].memoryMb ?? DEFAULT_MEMORY_MB,
  };
}

/** An alarm is charged by the metrics that it watches; those that a formula is made of count each. */
function countMetrics({ Properties }: Resource): number {
  const metrics = z
    .array(z.looseObject({ MetricStat: z.unknown().optional() }))
    .optional()
    .parse(Properties?.Metrics);
  return metrics ? Math.max(1, metrics.filter(({ MetricStat }) => MetricStat !== undefined).length) : 1;
}

/** Time series of the service's own metrics when each value has come once; a metric by problem code is counted once. */
function customMetrics(): number {
  return Object.values(METRICS).reduce((sum, metric) => {
    const values = 'values' in metric ? metric.values.length : 1;
    return sum + values + ('total' in metric && metric.total ? 1 : 0);
  }, 0);
}

function synthesized(): Resource[] {
  const folder = mkdtempSync(join(tmpdir(), 'llavero-capacity-'));
  try {
    const script = projectPath('test/infra/write-templates.ts');
    execFileSync(process.execPath, [script, JSON.stringify(DEPLOYED_STAGE), folder], { stdio: 'ignore' });
    return readdirSync(folder)
      .filter((file) => file.endsWith('.template.json'))
      .flatMap((file) =>
        Object.values(templateSchema.parse(JSON.parse(readFileSync(join(folder, file), 'utf8'))).Resources),
      );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
