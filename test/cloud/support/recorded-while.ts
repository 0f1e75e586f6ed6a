import * as z from 'zod';
import { stack } from './stack.ts';

const callSchema = z.object({
  service: z.string(),
  operation: z.string(),
  accessKeyId: z.string().optional(),
  status: z.number().optional(),
  request: z.unknown().optional(),
  answer: z.unknown().optional(),
});
export type RecordedCall = z.infer<typeof callSchema>;

const QUIET_MS = 1_500;
const LONGEST_MS = 60_000;

/** The calls and times of some work, until everything that followed from it was done too. */
export interface Recorded {
  readonly calls: readonly RecordedCall[];
  /** Requests of the API. */
  readonly apiRequests: number;
  /** Epoch milliseconds. */
  readonly from: number;
  readonly until: number;
}

/** Runs the body while the relay records, and waits until no call has come for a while and none is unanswered. */
export async function recordedWhile(body: () => Promise<void>): Promise<Recorded> {
  const answersBefore = await apiAnswers();
  await relay('POST', 'recording');
  const from = Date.now();
  await body();
  const calls = await quietCalls();
  const until = Date.now();
  await relay('DELETE', 'recording');
  return { calls, from, until, apiRequests: (await apiAnswers()) - answersBefore };
}

async function quietCalls(): Promise<RecordedCall[]> {
  const started = Date.now();
  let calls = await recorded();
  for (let [seen, since] = [calls.length, Date.now()]; Date.now() - since < QUIET_MS; ) {
    if (Date.now() - started > LONGEST_MS)
      throw new Error('The local cloud does not come to rest: is it used by others?');
    await new Promise((resolve) => setTimeout(resolve, 100));
    calls = await recorded();
    const moving = calls.length !== seen || calls.some(({ status }) => status === undefined);
    if (moving) [seen, since] = [calls.length, Date.now()];
  }
  return calls;
}

async function recorded(): Promise<RecordedCall[]> {
  return z.object({ items: z.array(callSchema) }).parse(await relay('GET', 'recording')).items;
}

async function apiAnswers(): Promise<number> {
  const { items } = z.object({ items: z.array(z.object({ seq: z.number() })) }).parse(await relay('GET', 'answers'));
  return items.at(-1)?.seq ?? 0;
}

async function relay(method: string, path: string): Promise<unknown> {
  const response = await fetch(`${stack().relayUrl}/_relay/${path}`, { method });
  if (!response.ok) throw new Error(`${method} /_relay/${path}: ${response.status}; was the local cloud started anew?`);
  return response.json();
}
