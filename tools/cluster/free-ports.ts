import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';

const lowest = 20_000;
/** Where the kernel's range for outgoing connections begins when /proc does not say. */
const usualLocalStart = 32_768;

/**
 * Ports of an address of this machine that were free a moment ago, all different. They lie below the range out of which the
 * kernel gives ports to outgoing connections (ip(7), ip_local_port_range): there one that was free a moment ago may not be
 * when a server takes it.
 */
export async function freePorts(address: string, count: number): Promise<readonly number[]> {
  const end = await localStart();
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = randomInt(lowest, end);
    if (await isFree(address, port)) ports.add(port);
  }
  return [...ports];
}

/** The first port that the kernel may give to an outgoing connection. */
async function localStart(): Promise<number> {
  const text = await readFile('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').catch(() => '');
  const start = Number(text.split(/\s+/)[0]);
  // A machine with a range of its own that leaves nothing below keeps the usual risk.
  return start > lowest ? start : usualLocalStart;
}

function isFree(address: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
    );
    server.listen(port, address, () => server.close(() => resolve(true)));
  });
}
