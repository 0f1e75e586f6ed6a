import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiAnswers } from './api-answers.ts';
import { answerControl, type RelayState } from './control.ts';
import { DynamoDbRules } from './dynamodb-rules.ts';
import { errorAnswer, type WireAnswer } from './error-answer.ts';
import { type Fault, FaultList } from './fault-list.ts';
import { Forwarder } from './forward.ts';
import { NumberedList } from './numbered-list.ts';
import { PushDelivery } from './push-delivery.ts';
import type { HandedOverPush } from './pushes.ts';
import { type AwsCall, isQueryProtocol, recogniseCall } from './recognise-call.ts';
import { Recording } from './recording.ts';
import { type ThrottledCall, throttledCall } from './throttled-call.ts';
import { TokenRevocation } from './token-revocation.ts';
import { Transactions } from './transactions.ts';

export interface RelayOptions {
  readonly port: number;
  readonly enginePort: number;
  /** Origins of web pages that may read the pushes. */
  readonly origins: readonly string[];
}

/** A running relay. */
export interface Relay {
  readonly port: number;
  close(): Promise<void>;
}

interface PassedCall {
  readonly call: AwsCall;
  readonly incoming: IncomingMessage;
  readonly body: Buffer | undefined;
  readonly outgoing: ServerResponse;
  /** True if the caller is not to get the answer. */
  readonly cut: boolean;
  /** Called once the engine has carried the call out, before the caller knows. */
  readonly onAnswer: () => void;
}

/** The length of a `delay` without `delayMs`. */
const DEFAULT_DELAY_MS = 1_000;

/** Bodies above this are streamed unread: only uploads are that large. */
const LARGEST_READ_BODY = 4 * 1024 * 1024;

/** Starts the proxy in front of the engine, through which every call to the local cloud goes. */
export async function startRelay(options: RelayOptions): Promise<Relay> {
  const state: RelayState = {
    pushes: new NumberedList<HandedOverPush>(),
    faults: new FaultList(),
    calls: new Map(),
    recording: new Recording(),
    answers: new ApiAnswers(),
    throttles: new NumberedList<ThrottledCall>(),
  };
  const transactions = new Transactions();
  const forwarder = new Forwarder(options.enginePort);
  const engine = `http://127.0.0.1:${options.enginePort}`;
  const delivery = new PushDelivery(engine, state.pushes);
  const rules = new DynamoDbRules(engine);
  const revocation = new TokenRevocation(engine);

  const server = createServer((incoming, outgoing) => {
    const answer = revocation.isAskedBy(incoming) ? revocation.answer(incoming, outgoing) : serve(incoming, outgoing);
    answer.catch(() => {
      // The engine is away or the caller left: say so where there is still someone to hear it.
      if (outgoing.headersSent) outgoing.destroy();
      else
        outgoing.writeHead(502, { 'content-type': 'application/json' }).end('{"error":"the engine does not answer"}');
    });
  });
  // A workflow may be polled for long, and the SDK keeps connections for reuse.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 75_000;

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    if (incoming.url?.startsWith('/_relay/')) {
      const { origin } = incoming.headers;
      if (origin && options.origins.includes(origin)) outgoing.setHeader('access-control-allow-origin', origin);
      outgoing.setHeader('vary', 'origin');
      answerControl(state, incoming, await buffer(incoming), outgoing);
      return;
    }

    const body = isWorthReading(incoming) ? await buffer(incoming) : undefined;
    const call = recogniseCall({
      method: incoming.method ?? '',
      url: incoming.url ?? '/',
      headers: incoming.headers,
      body,
    });
    if (!call) {
      const started = performance.now();
      const answer = await forwarder.send(incoming, body);
      await forwarder.answer(answer, outgoing);
      state.answers.note(incoming.url ?? '/', answer.statusCode ?? 502, started);
      return;
    }

    const name = `${call.service}.${call.operation}`;
    state.calls.set(name, (state.calls.get(name) ?? 0) + 1);
    await serveCall(call, incoming, body, outgoing);
  }

  async function serveCall(
    call: AwsCall,
    incoming: IncomingMessage,
    body: Buffer | undefined,
    outgoing: ServerResponse,
  ): Promise<void> {
    const fault = state.faults.take(call);
    if (fault?.kind === 'error') {
      await answerError(call, fault, body, outgoing);
      return;
    }
    const invalid = await rules.refusal(call, body);
    if (invalid) {
      write(outgoing, invalid);
      return;
    }
    // A transaction is under way from the moment it comes in, however long it is delayed; a write meets it on its way on.
    const transaction = transactions.begin(call, body);
    try {
      if (fault?.delayMs !== undefined || fault?.kind === 'delay') await sleep(fault.delayMs ?? DEFAULT_DELAY_MS);
      const refusal = transaction.refusal ?? transactions.refusalOfWrite(call, body);
      if (refusal) write(outgoing, refusal);
      else await passOn({ call, incoming, body, outgoing, cut: fault?.kind === 'cut', onAnswer: transaction.end });
    } finally {
      transaction.end();
    }
  }

  async function answerError(call: AwsCall, fault: Fault, body: Buffer | undefined, outgoing: ServerResponse) {
    if (fault.delayMs !== undefined) await sleep(fault.delayMs);
    const throttled = throttledCall(call, fault, body);
    if (throttled) state.throttles.add(throttled);
    write(outgoing, errorAnswer(call, fault, body));
  }

  async function passOn({ call, incoming, body, outgoing, cut, onAnswer }: PassedCall): Promise<void> {
    const push = body ? await delivery.judge(call, body) : undefined;
    if (push?.outcome === 'refused') {
      write(outgoing, push.answer);
      return;
    }

    const hear = state.recording.note(call, incoming, body);
    const engineAnswer = await forwarder.send(incoming, body);
    onAnswer();
    hear(engineAnswer);
    if (push && engineAnswer.statusCode === 200) push.handOver();
    if (cut) {
      // The call has been carried out; the caller must not see this.
      await buffer(engineAnswer);
      outgoing.destroy();
      return;
    }
    await forwarder.answer(engineAnswer, outgoing);
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : options.port,
    close: () =>
      new Promise((resolve) => {
        forwarder.close();
        delivery.close();
        rules.close();
        revocation.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Operations of the query protocol are named in the body, and a transaction's items are counted for its refusal. */
function isWorthReading(incoming: IncomingMessage): boolean {
  const length = Number(incoming.headers['content-length'] ?? Number.NaN);
  const isApiCall = isQueryProtocol(incoming.headers) || incoming.headers['x-amz-target'] !== undefined;
  return isApiCall && length <= LARGEST_READ_BODY;
}

function write(outgoing: ServerResponse, answer: WireAnswer): void {
  outgoing.writeHead(answer.status, answer.headers);
  outgoing.end(answer.body);
}
