import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Runs one thing of this name at a time on this machine, whoever's process it is. The lock is an abstract socket: it
 * belongs to the machine's network, leaves no file, and goes away with the process that holds it.
 *
 * @param name at most 80 bytes, the socket's name is short.
 */
export async function withHostLock<T>(name: string, action: () => Promise<T>): Promise<T> {
  const lock = await acquire(name);
  try {
    return await action();
  } finally {
    await new Promise((resolve) => lock.close(resolve));
  }
}

async function acquire(name: string): Promise<Server> {
  for (;;) {
    const server = createServer();
    const taken = await new Promise<boolean>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) =>
        error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
      );
      server.listen(`\0imagespec-operator-${name}`, () => resolve(true));
    });
    if (taken) return server;
    await sleep(20);
  }
}
