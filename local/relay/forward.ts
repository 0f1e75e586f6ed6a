import { Agent, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';

/** Headers that belong to one connection, not to the message. */
const CONNECTION_HEADERS = ['connection', 'keep-alive', 'expect', 'proxy-connection'];

/** Passes requests to the engine as they came: same Host header, since signatures cover it. */
export class Forwarder {
  // Idle connections are given up before the engine does so (75 s), lest a call is sent into a closing one.
  private readonly agent = new Agent({ keepAlive: true, timeout: 30_000 });
  private readonly enginePort: number;

  constructor(enginePort: number) {
    this.enginePort = enginePort;
  }

  close(): void {
    this.agent.destroy();
  }

  /** Sends the request on; resolves with the engine's answer as soon as its head is there. */
  send(incoming: IncomingMessage, body: Buffer | undefined): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const headers: NodeJS.Dict<string | string[]> = { ...incoming.headers, 'x-forwarded-proto': 'https' };
      for (const name of CONNECTION_HEADERS) delete headers[name];
      const outgoing = request({
        host: '127.0.0.1',
        port: this.enginePort,
        method: incoming.method,
        path: incoming.url,
        headers,
        agent: this.agent,
      });
      outgoing.once('response', resolve);
      outgoing.once('error', reject);
      if (body) outgoing.end(body);
      else pipeline(incoming, outgoing).catch(reject);
    });
  }

  /** Streams the engine's answer to the caller. */
  async answer(engineAnswer: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { connection: _connection, 'keep-alive': _keepAlive, ...headers } = engineAnswer.headers;
    outgoing.writeHead(engineAnswer.statusCode ?? 502, headers);
    await pipeline(engineAnswer, outgoing);
  }
}
