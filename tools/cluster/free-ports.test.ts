import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { freePorts } from './free-ports.ts';

it('gives different ports that servers can have, and outgoing connections are not given', async () => {
  const ports = await freePorts('127.0.0.1', 20);
  expect(new Set(ports).size).toBe(20);
  const range = await readFile('/proc/sys/net/ipv4/ip_local_port_range', 'utf8');
  expect(Math.max(...ports)).toBeLessThan(Number(range.split(/\s+/)[0]));
  for (const port of ports) {
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
  }
});
