import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import * as z from 'zod';
import { type Fault, faultSchema, type ThrottledCall } from './faults.ts';
import type { NumberedList } from './numbered-list.ts';
import { parseJson } from './parse-json.ts';
import type { HandedOverPush } from './pushes.ts';
import type { RecordedCall } from './recording.ts';

/** An answer of an API behind the gateway, as the gateway's metrics count it; `ms` from the first byte in to the last out. */
export interface ApiAnswer {
  readonly apiId: string;
  readonly stage: string;
  readonly status: number;
  readonly ms: number;
}

/** The state that `/_relay/…` shows and changes. */
export interface RelayState {
  readonly pushes: NumberedList<HandedOverPush>;
  readonly answers: NumberedList<ApiAnswer>;
  readonly throttles: NumberedList<ThrottledCall>;
  readonly faults: Fault[];
  readonly calls: Map<string, number>;
  /** The calls since recording was switched on, in order; off until somebody asks for it, since items are in it whole. */
  recording: RecordedCall[] | undefined;
}

/** An answer of the relay itself, to be written as JSON. */
type ControlAnswer = readonly [status: number, value: unknown];

const sinceSchema = z.coerce.number().int().min(0).default(0);

/** Serves the relay's own endpoints: lists, faults, counted and recorded calls. Pages of some origins may read them. */
export async function answerControl(
  state: RelayState,
  origins: readonly string[],
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { origin } = incoming.headers;
  if (origin && origins.includes(origin)) outgoing.setHeader('access-control-allow-origin', origin);
  outgoing.setHeader('vary', 'origin');
  const [status, value] = decide(state, incoming, await buffer(incoming));
  outgoing.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  outgoing.end(JSON.stringify(value));
}

function decide(state: RelayState, { method, url }: IncomingMessage, body: Buffer): ControlAnswer {
  const { pathname, searchParams } = new URL(url ?? '/', 'http://relay');
  const { faults, calls } = state;
  switch (`${method} ${pathname}`) {
    case 'GET /_relay/pushes':
      return listSince(searchParams, state.pushes);
    case 'GET /_relay/answers':
      return listSince(searchParams, state.answers);
    case 'GET /_relay/throttles':
      return listSince(searchParams, state.throttles);
    case 'POST /_relay/faults':
      return addFault(faults, body);
    case 'DELETE /_relay/faults':
      faults.length = 0;
      return items(faults);
    case 'GET /_relay/faults':
      return items(faults);
    case 'DELETE /_relay/calls':
      calls.clear();
      return [200, {}];
    case 'GET /_relay/calls':
      return [200, Object.fromEntries([...calls].sort())];
    case 'POST /_relay/recording':
      state.recording = [];
      return items([]);
    case 'DELETE /_relay/recording':
      state.recording = undefined;
      return items([]);
    case 'GET /_relay/recording':
      return items(state.recording ?? []);
    default:
      return [404, { error: `no such endpoint: ${method} ${pathname}` }];
  }
}

function items(list: readonly unknown[]): ControlAnswer {
  return [200, { items: list }];
}

function listSince(parameters: URLSearchParams, list: { since(seq: number): readonly unknown[] }): ControlAnswer {
  const seq = sinceSchema.safeParse(parameters.get('since') ?? undefined);
  return seq.success ? items(list.since(seq.data)) : [400, { error: 'since: must be a seq, 0 or more' }];
}

function addFault(faults: Fault[], body: Buffer): ControlAnswer {
  const fault = faultSchema.safeParse(parseJson(body));
  if (!fault.success) {
    const problems = fault.error.issues.map(({ path, message }) =>
      [path.join('.'), message].filter(Boolean).join(': '),
    );
    return [400, { error: problems.join('; ') }];
  }
  faults.push(fault.data);
  return [201, fault.data];
}
