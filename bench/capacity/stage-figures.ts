import * as z from 'zod';
import { FUNCTIONS } from '../../infra/functions.ts';
import { parseSettings } from '../../infra/settings.ts';
import { METRICS } from '../../shared/telemetry/metric-names.ts';
import { DEPLOYED_STAGE, findResources, synthesizeStage } from '../../test/infra/synthesized-stage.ts';
import type { Measured } from './data.ts';

const DEFAULT_MEMORY_MB = 512;

/** An alarm is charged by the metrics that it watches; those that a formula is made of count each. */
const alarmSchema = z
  .object({ Metrics: z.array(z.looseObject({ MetricStat: z.unknown().optional() })).optional() })
  .transform(({ Metrics = [] }) => Math.max(1, Metrics.filter(({ MetricStat }) => MetricStat !== undefined).length));
const rulesSchema = z.object({ Rules: z.array(z.unknown()) }).transform(({ Rules }) => Rules.length);
const one = z.unknown().transform(() => 1);

/** Lists the parts of a stage on AWS from its synthesized templates, and its settings with their defaults. */
export function stageFigures(): Measured['stage'] {
  const { readTemplate } = synthesizeStage(DEPLOYED_STAGE);
  const templates = (['Data', 'Service', 'Operations', 'Edge'] as const).map(readTemplate);
  const count = (type: string, schema: z.ZodType<number> = one): number =>
    templates
      .flatMap((template) => findResources(template, type))
      .reduce((sum, [, { Properties }]) => sum + schema.parse(Properties), 0);
  return {
    resources: {
      alarmMetrics: count('AWS::CloudWatch::Alarm', alarmSchema),
      compositeAlarms: count('AWS::CloudWatch::CompositeAlarm'),
      dashboards: count('AWS::CloudWatch::Dashboard'),
      customMetrics: countMetrics(),
      keys: count('AWS::KMS::Key'),
      webAcls: count('AWS::WAFv2::WebACL'),
      webAclRules: count('AWS::WAFv2::WebACL', rulesSchema),
      // Of the two push services, made by a person: no template holds them.
      secrets: 2,
    },
    apiRatePerSecond: parseSettings(DEPLOYED_STAGE).apiRatePerSecond,
    functionMemoryMb: FUNCTIONS['request-change'].memoryMb ?? DEFAULT_MEMORY_MB,
  };
}

/** Time series of the service's own metrics when each value has come once; a metric by problem code is counted once. */
function countMetrics(): number {
  return Object.values(METRICS).reduce((sum, metric) => {
    const values = 'values' in metric ? metric.values.length : 1;
    return sum + values + ('total' in metric && metric.total ? 1 : 0);
  }, 0);
}
