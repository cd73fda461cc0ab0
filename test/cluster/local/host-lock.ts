import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Runs one thing at a time on this machine, whoever's process it is. The lock is an abstract socket: it belongs to the
 * machine's network, leaves no file, and goes away with the process that holds it.
 */
export async function withHostLock<T>(action: () => Promise<T>): Promise<T> {
  const lock = await acquire();
  try {
    return await action();
  } finally {
    await new Promise((resolve) => lock.close(resolve));
  }
}

async function acquire(): Promise<Server> {
  for (;;) {
    const server = createServer();
    const taken = await new Promise<boolean>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) =>
        error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
      );
      server.listen('\0imagespec-operator-host', () => resolve(true));
    });
    if (taken) return server;
    await sleep(20);
  }
}
