import * as z from 'zod';
import { eventually } from './eventually.ts';
import { stack } from './stack.ts';

const pushSchema = z.object({
  seq: z.number(),
  at: z.string(),
  endpointArn: z.string(),
  pushToken: z.string(),
  payload: z.record(z.string(), z.unknown()),
  attributes: z.record(z.string(), z.string()),
});
export type Push = z.infer<typeof pushSchema>;

export interface Fault {
  readonly service: string;
  readonly operation?: string;
  readonly times?: number;
  readonly kind: 'error' | 'delay' | 'cut';
  readonly code?: string;
  readonly status?: number;
  readonly delayMs?: number;
}

async function relay(method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${stack().relayUrl}/_relay/${path}`, {
    method,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} /_relay/${path}: ${response.status} ${text}`);
  return text === '' ? null : JSON.parse(text);
}

/** Every push since a moment (epoch milliseconds), oldest first. */
export async function pushesSince(moment: number): Promise<Push[]> {
  const { items } = z.object({ items: z.array(pushSchema) }).parse(await relay('GET', 'pushes?since=0'));
  return items.filter(({ at }) => Date.parse(at) >= moment);
}

/** The pushes that a phone has got, oldest first. */
export async function pushesTo(pushToken: string): Promise<Push[]> {
  return (await pushesSince(0)).filter((push) => push.pushToken === pushToken);
}

/** Everything that was ever pushed, as text. */
export async function allPushes(): Promise<string> {
  return JSON.stringify(await relay('GET', 'pushes?since=0'));
}

/** Waits for a push about the change. */
export async function pushAbout(pushToken: string, changeId: string, type: string): Promise<Push> {
  const about = (push: Push) => {
    const data = JSON.stringify(push.payload);
    return data.includes(changeId) && data.includes(type);
  };
  const pushes = await eventually(
    () => pushesTo(pushToken),
    (items) => items.some(about),
  );
  return z.custom<Push>((push) => push !== undefined).parse(pushes.find(about));
}

/** The calls of one operation since the relay began to count. */
export async function countCalls(operation: string): Promise<number> {
  return z.record(z.string(), z.number()).parse(await relay('GET', 'calls'))[operation] ?? 0;
}

/** Adds a fault to those at work, for the innermost `withFaults` to take away. */
export async function addFault(fault: Fault): Promise<void> {
  await relay('POST', 'faults', fault);
}

/** Takes all faults away. */
export async function clearFaults(): Promise<void> {
  await relay('DELETE', 'faults');
}

let turn: Promise<unknown> = Promise.resolve();

/** Runs the body while calls fail as told, in its turn: all faults are taken away after it, whatever happens. */
export function withFaults<T>(faults: readonly Fault[], body: () => Promise<T>): Promise<T> {
  const run = async () => {
    try {
      for (const fault of faults) await addFault(fault);
      return await body();
    } finally {
      await clearFaults();
    }
  };
  const done = turn.then(run);
  turn = done.catch(() => undefined);
  return done;
}
