import type { Fault } from '../../test/cloud/support/relay.ts';

/** What happens for some minutes. */
export interface Scene {
  readonly name: string;
  readonly minutes: number;
  readonly faults: readonly Fault[];
  /** The faults are at work for every so many requested changes alone; for all of them where not said. */
  readonly every?: number;
}

const refused = (service: string, operation?: string): Fault => ({
  service,
  kind: 'error',
  ...(operation ? { operation } : {}),
});

/** The phones are not reached, and the workflow does not hear of what they decide. */
const UNHEARD = [refused('sns', 'Publish'), refused('states', 'SendTaskSuccess')];

/** In this order; each failure is followed by as long as it takes what it left behind to be mended. */
export const SCENES: readonly Scene[] = [
  { name: 'healthy', minutes: 12, faults: [] },
  { name: 'unheard', minutes: 10, faults: UNHEARD },
  { name: 'heard again', minutes: 8, faults: [] },
  { name: 'no table', minutes: 8, faults: [refused('dynamodb')] },
  { name: 'a table again', minutes: 6, faults: [] },
  { name: 'one in ten unheard', minutes: 12, faults: UNHEARD, every: 10 },
];
