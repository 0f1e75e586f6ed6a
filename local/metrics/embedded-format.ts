import { StandardUnit } from '@aws-sdk/client-cloudwatch';
import * as z from 'zod';
import type { Datum } from './datum.ts';

/**
 * CloudWatch's embedded metric format, as its specification has it:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 * Members that it does not name are ignored there, and so here.
 */
const dimensionSet = z.array(z.string().min(1).max(250)).max(30);

const directiveSchema = z.object({
  Namespace: z.string().min(1).max(1024),
  Dimensions: z.array(dimensionSet),
  Metrics: z
    .array(
      z.object({
        Name: z.string().min(1).max(1024),
        Unit: z.enum(StandardUnit).default('None'),
        StorageResolution: z.union([z.literal(1), z.literal(60)]).default(60),
      }),
    )
    .max(100),
});

const metadataSchema = z.object({ Timestamp: z.int().min(0), CloudWatchMetrics: z.array(directiveSchema) });

const targetValues = z
  .union([z.number().transform((value) => [value]), z.array(z.number()).max(100)])
  .pipe(z.array(z.number()));

const targetDimension = z.string().min(1).max(1024);

/** A log line that says it holds metrics and does not hold them rightly: CloudWatch takes none of them. */
export class MalformedMetricsError extends Error {
  override readonly name = 'MalformedMetricsError';
}

/**
 * The metrics in one log line: each metric once for each of its dimension sets; none where the line has no metadata.
 * Throws MalformedMetricsError where it has, and breaks the format.
 */
export function parseEmbedded(line: string): Datum[] {
  const root = parseObject(line);
  if (!root || !('_aws' in root)) return [];
  const metadata = read(metadataSchema, root._aws, '_aws');
  const at = new Date(metadata.Timestamp);
  return metadata.CloudWatchMetrics.flatMap(({ Namespace: namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) => {
      const dimensions = Object.fromEntries(names.map((name) => [name, read(targetDimension, root[name], name)]));
      return Metrics.map(({ Name: name, Unit: unit, StorageResolution: resolution }): Datum => {
        const values = read(targetValues, root[name], name);
        return { namespace, name, dimensions, unit, at, values, resolution };
      });
    }),
  ).filter(({ values }) => values.length > 0);
}

function parseObject(line: string): Record<string, unknown> | undefined {
  // Nearly every other line is none; reading them all as JSON would cost more than all the rest.
  if (!line.includes('"_aws"')) return undefined;
  try {
    return z.record(z.string(), z.unknown()).safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

function read<T>(schema: { safeParse(value: unknown): z.ZodSafeParseResult<T> }, value: unknown, member: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new MalformedMetricsError(`${[member, ...(issue?.path ?? [])].join('.')}: ${issue?.message}`);
}
