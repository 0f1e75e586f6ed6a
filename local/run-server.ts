import type { Server } from 'node:http';

/** A server that listens on this machine alone. */
export interface RunningServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Has a server listen on a port, or on any with 0; `onClose` is called when it is closed. */
export async function runServer(server: Server, port: number, onClose?: () => void): Promise<RunningServer> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        onClose?.();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
