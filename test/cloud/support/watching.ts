import { enginePort, openInstance } from '../../../local/instance.ts';
import type { Datum } from '../../../local/metrics/datum.ts';
import { type AlarmChange, watch } from '../../../local/metrics/watch.ts';
import { cloudPort } from './port.ts';

/** The watch at work on the suite's cloud, and all that it has seen. */
export interface Watching {
  readonly data: readonly Datum[];
  readonly changes: readonly AlarmChange[];
  /** Lines that say they hold metrics and do not hold them rightly. */
  readonly malformed: readonly string[];
  stop(): Promise<void>;
}

/** Starts the watch as `npm run local:watch` does. */
export function startWatching(): Watching {
  const instance = openInstance(cloudPort());
  const data: Datum[] = [];
  const changes: AlarmChange[] = [];
  const malformed: string[] = [];
  const ending = new AbortController();
  const ended = watch(
    {
      engineEndpoint: `http://127.0.0.1:${enginePort(instance)}`,
      relayEndpoint: instance.endpoint,
      onData: (some) => data.push(...some),
      onAlarm: (change) => changes.push(change),
      onMalformed: (logGroup, problem) => malformed.push(`${logGroup}: ${problem}`),
    },
    ending.signal,
  );
  const stop = () => {
    ending.abort();
    return ended;
  };
  return { data, changes, malformed, stop };
}
