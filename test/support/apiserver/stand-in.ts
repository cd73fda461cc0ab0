import { createServer, type RequestListener } from 'node:http';
import type { Connection } from '../../../src/kubernetes/client/connection.ts';
import { connectTo, end, listen } from './connect.ts';

/** A connection to a stand-in for an API server: a web server that gives these answers and knows of nothing else. */
export interface StandIn {
  readonly connection: Connection;
  /** Ends the connection and the server. */
  readonly stop: () => Promise<void>;
}

/** Starts one on this machine's loopback address. */
export async function startStandIn(answer: RequestListener): Promise<StandIn> {
  const server = createServer(answer);
  await listen(server);
  const connection = connectTo(server);
  return {
    connection,
    stop: async () => {
      await connection.close();
      await end(server);
    },
  };
}
