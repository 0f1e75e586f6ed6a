import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { type Measured, measuredSchema } from './measured.ts';

const sourced = {
  source: z.url(),
  date: z.iso.date(),
  /** True if the figure itself was seen at a public page. */ confirmed: z.boolean(),
};

/** One row of `prices.json`. */
export const priceSchema = z.strictObject({
  id: z.string(),
  service: z.string(),
  what: z.string(),
  /** The price is for so many … */
  per: z.number(),
  /** … of these. */
  unit: z.string(),
  usd: z.number(),
  region: z.string(),
  note: z.string().optional(),
  ...sourced,
});
export type Price = z.infer<typeof priceSchema>;

/** One row of `quotas.json`. */
export const quotaSchema = z.strictObject({
  id: z.string(),
  service: z.string(),
  what: z.string(),
  value: z.number(),
  unit: z.string(),
  adjustable: z.boolean(),
  /** Advice for a limit that is too low. */
  remedy: z.string(),
  /** The name that Service Quotas gives it; not there for a limit that it does not list. */
  named: z.strictObject({ service: z.string(), name: z.string() }).optional(),
  ...sourced,
});
export type Quota = z.infer<typeof quotaSchema>;

const assumption = z.strictObject({ value: z.number(), why: z.string() });
const assumptionsSchema = z.strictObject({
  tokens: assumption,
  releasesPerHour: assumption,
  peakFactor: assumption,
  secondsToDecide: assumption,
  statusLooks: assumption,
  signInsPerRelease: assumption,
  billedMsPerInvocation: assumption,
  traceSampling: assumption,
  hoursPerMonth: assumption,
  accessLogLineBytes: assumption,
});
export type Assumptions = z.infer<typeof assumptionsSchema>;

/** Everything that the document is made from. */
export interface CapacityData {
  readonly measured: Measured;
  readonly prices: readonly Price[];
  readonly quotas: readonly Quota[];
  readonly assumptions: Assumptions;
}

const DATA_FOLDER = import.meta.dirname;
export const MEASURED_FILE = join(DATA_FOLDER, 'measured.json');

/** Reads the data files; throws where one is not of its shape. */
export function readData(): CapacityData {
  return {
    measured: measuredSchema.parse(read('measured.json')),
    prices: z.array(priceSchema).parse(read('prices.json')),
    quotas: z.array(quotaSchema).parse(read('quotas.json')),
    assumptions: readAssumptions(),
  };
}

/** The assumptions alone, which a measurement goes by as well. */
export function readAssumptions(): Assumptions {
  return assumptionsSchema.parse(read('assumptions.json'));
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(join(DATA_FOLDER, file), 'utf8'));
}

/** The row of this id; throws where there is none. */
export function findRow<T extends { readonly id: string }>(rows: readonly T[], id: string): T {
  const row = rows.find((each) => each.id === id);
  if (!row) throw new Error(`There is no row ${id}`);
  return row;
}
