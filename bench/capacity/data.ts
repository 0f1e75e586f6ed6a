import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

/** Amounts by name: calls of AWS by `service.Operation`, other measures by the name that the page shows. */
const usageSchema = z.record(z.string(), z.number());
export type Usage = Readonly<z.infer<typeof usageSchema>>;

const partsSchema = z.record(z.string(), usageSchema);
export type Parts = Readonly<z.infer<typeof partsSchema>>;

/** Everything on the page that is neither an assumption nor a price or quota of AWS's. */
export const measuredSchema = z.strictObject({
  date: z.iso.date(),
  engine: z.string(),
  machine: z.string(),
  /** The parts that a release cannot do without, then those beside it. */
  release: partsSchema,
  beside: partsSchema,
  /** A run of the reconciler that finds nothing to do. */
  idleRun: usageSchema,
  /** Bytes in all tables and indexes; `perRelease` is what a release with the next phone leaves behind. */
  storage: z.strictObject({ perPerson: z.number(), mainItemsPerPerson: z.number(), perRelease: z.number() }),
  /** A stage on AWS as it is synthesized: the resources that cost by the month, and settings that limit. */
  stage: z.strictObject({ resources: usageSchema, apiRatePerSecond: z.number(), functionMemoryMb: z.number() }),
});
export type Measured = z.infer<typeof measuredSchema>;

const sourced = z.strictObject({
  id: z.string(),
  service: z.string(),
  what: z.string(),
  unit: z.string(),
  /** The amounts that it counts. */
  of: z.array(z.string()).min(1),
  source: z.url({ protocol: /^https$/ }),
  date: z.iso.date(),
  /** True if the figure itself was seen at a public page. */
  confirmed: z.boolean(),
});
export const priceSchema = sourced.extend({ per: z.number(), usd: z.number(), note: z.string().optional() });
export type Price = z.infer<typeof priceSchema>;

export const quotaSchema = sourced.extend({
  value: z.number(),
  remedy: z.string(),
  /** The name that Service Quotas gives it; not there for a limit that it does not list. */
  named: z.strictObject({ service: z.string(), name: z.string() }).optional(),
});

const assumption = z.enum([
  'tokens',
  'releasesPerHour',
  'peakFactor',
  'secondsToDecide',
  'statusLooks',
  'signInsPerRelease',
  'billedMsPerInvocation',
  'traceSampling',
  'hoursPerMonth',
  'accessLogLineBytes',
]);
const dataSchema = z.strictObject({
  measured: measuredSchema,
  prices: z.array(priceSchema),
  quotas: z.array(quotaSchema),
  assumptions: z.record(assumption, z.strictObject({ value: z.number(), why: z.string() })),
});
export type CapacityData = z.infer<typeof dataSchema>;

/** The place of one of the data files. */
export const dataFile = (name: string): string => join(import.meta.dirname, `${name}.json`);

/** Reads the data files; throws where one is not of its shape. */
export function readData(): CapacityData {
  const names = Object.keys(dataSchema.shape);
  return dataSchema.parse(
    Object.fromEntries(names.map((name) => [name, JSON.parse(readFileSync(dataFile(name), 'utf8'))])),
  );
}
