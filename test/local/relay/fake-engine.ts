import { createServer, type IncomingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** One request as it reached the engine. */
export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** The fake engine's answer; undefined means the default, an empty JSON object. */
export type Answering = (
  request: ReceivedRequest,
) => { readonly status?: number; readonly contentType?: string; readonly body: string } | undefined;

/** A stand-in for the engine that keeps what reaches it. */
export async function startFakeEngine(answering: Answering) {
  const received: ReceivedRequest[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const body = (await buffer(incoming)).toString();
    const request = { method: incoming.method ?? '', url: incoming.url ?? '', headers: incoming.headers, body };
    received.push(request);
    const {
      status = 200,
      contentType = 'application/x-amz-json-1.0',
      body: text,
    } = answering(request) ?? { body: '{}' };
    outgoing.writeHead(status, { 'content-type': contentType, 'x-engine': 'fake' }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('the fake engine has no port');
  return {
    port: address.port,
    received,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
