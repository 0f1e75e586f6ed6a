import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import type { ApiAnswers } from './api-answers.ts';
import { type FaultList, faultSchema } from './fault-list.ts';
import type { NumberedList } from './numbered-list.ts';
import { parseJson } from './parse-json.ts';
import type { HandedOverPush } from './pushes.ts';
import type { Recording } from './recording.ts';
import type { ThrottledCall } from './throttled-call.ts';

/** The state that `/_relay/…` shows and changes. */
export interface RelayState {
  readonly pushes: NumberedList<HandedOverPush>;
  readonly faults: FaultList;
  readonly calls: Map<string, number>;
  readonly recording: Recording;
  readonly answers: ApiAnswers;
  readonly throttles: NumberedList<ThrottledCall>;
}

const sinceSchema = z.coerce.number().int().min(0).default(0);

/** An answer of the relay itself, to be written as JSON. */
interface ControlAnswer {
  readonly status: number;
  readonly value: unknown;
}

/** Serves the relay's own endpoints: pushes, faults, counted and recorded calls. */
export function answerControl(
  state: RelayState,
  incoming: IncomingMessage,
  body: Buffer,
  outgoing: ServerResponse,
): void {
  const { status, value } = decide(state, incoming, body);
  outgoing.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  outgoing.end(JSON.stringify(value));
}

function decide(state: RelayState, incoming: IncomingMessage, body: Buffer): ControlAnswer {
  const url = new URL(incoming.url ?? '/', 'http://relay');
  switch (`${incoming.method} ${url.pathname}`) {
    case 'GET /_relay/pushes':
      return since(url, state.pushes);
    case 'GET /_relay/answers':
      return since(url, state.answers);
    case 'GET /_relay/throttles':
      return since(url, state.throttles);
    case 'GET /_relay/faults':
      return { status: 200, value: { items: state.faults.list() } };
    case 'POST /_relay/faults':
      return addFault(state.faults, body);
    case 'DELETE /_relay/faults':
      state.faults.clear();
      return { status: 200, value: { items: [] } };
    case 'GET /_relay/calls':
      return { status: 200, value: Object.fromEntries([...state.calls].sort()) };
    case 'DELETE /_relay/calls':
      state.calls.clear();
      return { status: 200, value: {} };
    case 'GET /_relay/recording':
      return { status: 200, value: { items: state.recording.list() } };
    case 'POST /_relay/recording':
      state.recording.start();
      return { status: 200, value: { items: [] } };
    case 'DELETE /_relay/recording':
      state.recording.stop();
      return { status: 200, value: { items: [] } };
    default:
      return refuse(404, `no such endpoint: ${incoming.method} ${url.pathname}`);
  }
}

function since(url: URL, list: { since(seq: number): readonly unknown[] }): ControlAnswer {
  const seq = sinceSchema.safeParse(url.searchParams.get('since') ?? undefined);
  if (!seq.success) return refuse(400, 'since: must be a seq, 0 or more');
  return { status: 200, value: { items: list.since(seq.data) } };
}

function addFault(faults: FaultList, body: Buffer): ControlAnswer {
  const fault = faultSchema.safeParse(parseJson(body));
  if (!fault.success) {
    const problems = fault.error.issues.map(({ path, message }) =>
      path.length > 0 ? `${path.join('.')}: ${message}` : message,
    );
    return refuse(400, problems.join('; '));
  }
  faults.add(fault.data);
  return { status: 201, value: fault.data };
}

function refuse(status: number, error: string): ControlAnswer {
  return { status, value: { error } };
}
