import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer, text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { CognitoIdentityProviderClient, RevokeTokenCommand } from '@aws-sdk/client-cognito-identity-provider';
import { SNSClient } from '@aws-sdk/client-sns';
import { clientSettings } from '../aws-environment.ts';
import { type RunningServer, runServer } from '../run-server.ts';
import { type AwsCall, isQueryProtocol, readTarget, recogniseCall } from './aws-call.ts';
import { answerControl, type RelayState } from './control.ts';
import { errorAnswer, type ServiceError } from './error-answer.ts';
import { type Fault, takeFault, throttledCall } from './faults.ts';
import { Forwarder } from './forward.ts';
import { NumberedList } from './numbered-list.ts';
import { readPush } from './pushes.ts';
import { recordCall } from './recording.ts';
import { firstItemCancelled, Transactions } from './transactions.ts';

export interface RelayOptions {
  readonly port: number;
  readonly enginePort: number;
  /** Origins of web pages that may read the pushes. */
  readonly origins: readonly string[];
}

/** A call of AWS as it came in. */
interface AskedCall {
  readonly call: AwsCall;
  readonly incoming: IncomingMessage;
  readonly body: Buffer | undefined;
  readonly outgoing: ServerResponse;
}

/** The length of a `delay` without `delayMs`. */
const DEFAULT_DELAY_MS = 1_000;

/** Bodies above this are streamed unread: only uploads are that large. */
const LARGEST_READ_BODY = 4 * 1024 * 1024;

/** `/restapis/ID/STAGE/_user_request_/…`: how the engine serves an API. */
const API_PATH = /^\/restapis\/([^/]+)\/([^/]+)\/_user_request_(?:[/?]|$)/;

/** Starts the proxy in front of the engine, through which every call to the local cloud goes. */
export async function startRelay({ port, enginePort, origins }: RelayOptions): Promise<RunningServer> {
  const state: RelayState = {
    pushes: new NumberedList(),
    answers: new NumberedList(),
    throttles: new NumberedList(),
    faults: [],
    calls: new Map(),
    recording: undefined,
  };
  const transactions = new Transactions();
  const forwarder = new Forwarder(enginePort);
  const engine = clientSettings(`http://127.0.0.1:${enginePort}`);
  const sns = new SNSClient(engine);
  const cognito = new CognitoIdentityProviderClient(engine);

  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing).catch(() => {
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
    const { method, url = '/' } = incoming;
    if (url.startsWith('/_relay/')) return answerControl(state, origins, incoming, outgoing);
    if (method === 'POST' && url === '/oauth2/revoke') return revokeToken(incoming, outgoing);
    const body = isWorthReading(incoming) ? await buffer(incoming) : undefined;
    const call = recogniseCall(incoming, body);
    return call ? serveCall({ call, incoming, body, outgoing }) : passOther(incoming, body, outgoing);
  }

  /** Cognito's revocation endpoint (RFC 7009), which the engine lacks, by the API call of the same effect. */
  async function revokeToken(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await text(incoming));
    const [Token, ClientId] = [form.get('token'), form.get('client_id')];
    if (Token && ClientId) await cognito.send(new RevokeTokenCommand({ Token, ClientId }));
    outgoing.writeHead(Token && ClientId ? 200 : 400).end();
  }

  /** Passes on what is no call of AWS; an answer of an API is noted. */
  async function passOther(incoming: IncomingMessage, body: Buffer | undefined, outgoing: ServerResponse) {
    const started = performance.now();
    const answer = await forwarder.send(incoming, body);
    await forwarder.answer(answer, outgoing);
    const [, apiId, stage] = API_PATH.exec(incoming.url ?? '') ?? [];
    const [status, ms] = [answer.statusCode ?? 502, Math.round(performance.now() - started)];
    if (apiId && stage) state.answers.add({ apiId, stage, status, ms });
  }

  async function serveCall(asked: AskedCall): Promise<void> {
    const { call, body } = asked;
    const name = `${call.service}.${call.operation}`;
    state.calls.set(name, (state.calls.get(name) ?? 0) + 1);
    const fault = takeFault(state.faults, call);
    if (fault?.kind === 'error') return failCall(asked, fault);
    // A transaction is under way from the moment it comes in, however long it is delayed; a write meets it on its way on.
    const transaction = transactions.begin(call, body);
    try {
      await delay(fault);
      const refusal = transaction.refusal ?? transactions.refusalOfWrite(call, body);
      if (refusal) refuse(asked, refusal);
      else await passOn(asked, fault?.kind === 'cut', transaction.end);
    } finally {
      transaction.end?.();
    }
  }

  async function failCall(asked: AskedCall, fault: Fault): Promise<void> {
    await delay(fault);
    const throttled = throttledCall(asked.call, fault, asked.body);
    if (throttled) state.throttles.add(throttled);
    const isCancelled = fault.code === 'TransactionCanceledException';
    refuse(asked, { ...(isCancelled ? firstItemCancelled(asked.body) : {}), ...fault });
  }

  /** @param onAnswer is called once the engine has carried the call out, before the caller knows */
  async function passOn({ call, incoming, body, outgoing }: AskedCall, isCut: boolean, onAnswer?: () => void) {
    const hear = state.recording && recordCall(state.recording, call, incoming, body);
    const answer = await forwarder.send(incoming, body);
    onAnswer?.();
    hear?.(answer);
    const isPublish = call.service === 'sns' && call.operation === 'Publish' && answer.statusCode === 200;
    const push = isPublish && body ? await readPush(sns, body) : undefined;
    if (push) state.pushes.add(push);
    if (!isCut) return forwarder.answer(answer, outgoing);
    await buffer(answer);
    outgoing.destroy();
  }

  return runServer(server, port, () => {
    forwarder.close();
    sns.destroy();
    cognito.destroy();
  });
}

/** Operations of the query protocol are named in the body, and a transaction's items are counted for its refusal. */
function isWorthReading(incoming: IncomingMessage): boolean {
  const length = Number(incoming.headers['content-length'] ?? Number.NaN);
  return (isQueryProtocol(incoming) || readTarget(incoming) !== '') && length <= LARGEST_READ_BODY;
}

async function delay(fault: Fault | undefined): Promise<void> {
  const ms = fault?.delayMs ?? (fault?.kind === 'delay' ? DEFAULT_DELAY_MS : 0);
  if (ms > 0) await sleep(ms);
}

function refuse({ call, outgoing }: AskedCall, error: ServiceError): void {
  const { status, headers, body } = errorAnswer(call, error);
  outgoing.writeHead(status, headers).end(body);
}
