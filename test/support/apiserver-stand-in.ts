import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, connect } from '../../src/kubernetes/connection.ts';
import { kubeconfigFor } from './apiserver-wire.ts';

/** A connection to a stand-in for an API server: a web server that gives these answers and knows of nothing else. */
export interface StandIn {
  readonly connection: Connection;
  /** Ends the connection and the server. */
  readonly stop: () => Promise<void>;
}

/** Starts one on this machine's loopback address. */
export async function startStandIn(answer: RequestListener): Promise<StandIn> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const folder = await mkdtemp(join(tmpdir(), 'apiserver-stand-in-'));
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, kubeconfigFor(`http://127.0.0.1:${port}`));
  const connection = connect({ is: 'kubeconfig', path: kubeconfig }, { userAgent: 'unit-test' });
  return {
    connection,
    stop: async () => {
      await connection.close();
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
      await rm(folder, { recursive: true });
    },
  };
}
