import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, type ConnectionOptions, connect } from '../../../src/kubernetes/client/connection.ts';
import { kubeconfigFor } from './wire.ts';

/** Has a server listen on a free port of this machine's loopback address. */
export function listen(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
}

/** Where a server that listens is found. */
export function urlOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error('the server listens on TCP');
  }
  return `http://127.0.0.1:${address.port}`;
}

/** A connection to a scripted API server, through a real kubeconfig file that is read immediately. */
export function connectTo(server: Server, options: Partial<ConnectionOptions> = {}): Connection {
  const folder = mkdtempSync(join(tmpdir(), 'apiserver-'));
  try {
    const path = join(folder, 'kubeconfig');
    writeFileSync(path, kubeconfigFor(urlOf(server)));
    return connect({ is: 'kubeconfig', path }, { userAgent: 'unit-test/1', ...options });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Ends a server with all its connections. */
export async function end(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => {
    server.close(resolve);
  });
}
