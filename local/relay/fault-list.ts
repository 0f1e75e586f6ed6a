import * as z from 'zod';
import { type AwsCall, canonicalService } from './recognise-call.ts';

/** A fault as a program asks for it. Strict: a misspelt member is refused, since the fault would silently not act. */
export const faultSchema = z.strictObject({
  service: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/, 'the service in lower case, such as dynamodb, states, sns, kms, sqs, lambda, email')
    .transform(canonicalService),
  operation: z
    .string()
    .regex(/^[A-Z][A-Za-z0-9]*$/, 'the operation as the API names it, such as TransactWriteItems')
    .optional(),
  times: z.int().min(1).optional(),
  kind: z.enum(['error', 'delay', 'cut']),
  code: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9.]*$/)
    .optional(),
  status: z.int().min(400).max(599).optional(),
  delayMs: z.int().min(0).max(600_000).optional(),
  message: z.string().max(1_000).optional(),
});

export type Fault = z.infer<typeof faultSchema>;

/** The faults asked for: each call gets the first that fits it, until that one has acted `times` times. */
export class FaultList {
  private faults: { fault: Fault; left: number }[] = [];

  /** Adds a fault behind those already there; without `times` it acts until the list is cleared. */
  add(fault: Fault): void {
    this.faults.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.faults = [];
  }

  /** The faults still to act, with how often. */
  list(): Fault[] {
    return this.faults.map(({ fault, left }) => (Number.isFinite(left) ? { ...fault, times: left } : fault));
  }

  /** The fault that this call gets, counted as used; undefined where none fits. */
  take(call: AwsCall): Fault | undefined {
    const entry = this.faults.find(
      ({ fault }) =>
        fault.service === call.service && (fault.operation === undefined || fault.operation === call.operation),
    );
    if (!entry) return undefined;
    entry.left -= 1;
    if (entry.left === 0) this.faults = this.faults.filter((other) => other !== entry);
    return entry.fault;
  }
}
