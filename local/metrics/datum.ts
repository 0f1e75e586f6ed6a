import type { StandardUnit } from '@aws-sdk/client-cloudwatch';

/** Values of one metric at one moment, as CloudWatch takes them. */
export interface Datum {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly unit: StandardUnit;
  readonly at: Date;
  readonly values: readonly number[];
  /** Seconds between values worth telling apart; 60 where not set. */
  readonly resolution?: number;
}

/** Measures something again and again: each call gives what there is since the last one. */
export type Source = (now: Date) => Promise<readonly Datum[]>;
