import * as z from 'zod';

/** The figures of one function in one part of the release. */
const functionSchema = z.strictObject({
  name: z.string(),
  invocations: z.number(),
  /** Milliseconds of the machine that measured. */
  ms: z.number(),
  logBytes: z.number(),
  /** Calls to AWS by `service.Operation`. */
  calls: z.record(z.string(), z.number()),
  /** Capacity units of all tables and indexes. */
  reads: z.number(),
  writes: z.number(),
});
export type FunctionFigures = z.infer<typeof functionSchema>;

const stepSchema = z.strictObject({
  name: z.string(),
  apiRequests: z.number(),
  functions: z.array(functionSchema),
});
export type StepFigures = z.infer<typeof stepSchema>;

/** `measured.json`: everything in the document that is not an assumption, a price or a quota. */
export const measuredSchema = z.strictObject({
  /** Date of the measurement. */
  date: z.iso.date(),
  engine: z.string(),
  machine: z.string(),
  steps: z.array(stepSchema),
  transitions: z.number(),
  storage: z.strictObject({
    /** Bytes in the tables and their indexes of one person with both tokens and an enrolled phone. */
    perPerson: z.number(),
    mainItemsPerPerson: z.number(),
    /** Bytes that a release with the next phone's enrolment leaves behind, in all tables and indexes. */
    perRelease: z.number(),
  }),
  /** A stage on AWS, as it is synthesized: resources that cost by the month, and settings that limit. */
  stage: z.strictObject({
    alarmMetrics: z.number(),
    compositeAlarms: z.number(),
    dashboards: z.number(),
    customMetrics: z.number(),
    keys: z.number(),
    webAcls: z.number(),
    webAclRules: z.number(),
    secrets: z.number(),
    apiRatePerSecond: z.number(),
    functionMemoryMb: z.number(),
  }),
});
export type Measured = z.infer<typeof measuredSchema>;
