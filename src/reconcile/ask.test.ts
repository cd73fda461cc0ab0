import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { kubeconfigFor } from '../../test/support/apiserver-wire.ts';
import { clientOf } from '../../test/support/scripted-image.ts';
import { type Connection, connect } from '../kubernetes/connection.ts';
import { ask } from './ask.ts';

/** A stand-in for the API server: it has one log, and cuts it as the kubelet does, lines from the end and bytes from the front. */
let log: string;
let folder: string;
let connection: Connection;
const server = createServer((request, response) => {
  const query = new URL(request.url ?? '', 'http://x').searchParams;
  const lines = log.split('\n').slice(-Number(query.get('tailLines')));
  response.setHeader('content-type', 'text/plain');
  response.end(Buffer.from(lines.join('\n')).subarray(0, Number(query.get('limitBytes'))));
});

beforeEach(async () => {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  folder = await mkdtemp(join(tmpdir(), 'ask-'));
  const path = join(folder, 'kubeconfig');
  await writeFile(path, kubeconfigFor(`http://127.0.0.1:${port}`));
  connection = connect({ is: 'kubeconfig', path }, { userAgent: 'unit-test' });
});

afterEach(async () => {
  await connection.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

async function read(): Promise<string> {
  const pod = { namespace: 'team', name: 'p', uid: 'u' };
  const sources = { connection, registry: clientOf([]), secretLabels: 'Optional' } as const;
  const { reply } = await ask(sources, 'team', { ask: 'log', pod, container: 'build' });
  if (reply.is !== 'known' || typeof reply.value !== 'string') {
    throw new Error(JSON.stringify(reply));
  }
  return reply.value;
}

describe('the log of a container', () => {
  const cause = 'error building image: exit status 1';

  it('is read as it is', async () => {
    log = `one\n${cause}`;
    expect(await read()).toBe(log);
  });

  it.each([
    ['lines as long as a container runtime lets them be', `${'x'.repeat(16_384)}\n`.repeat(300)],
    ['very many short lines', 'x\n'.repeat(500_000)],
  ])('is read to its end, which tells the most: %s', async (_, before) => {
    log = `${before}${cause}`;
    expect((await read()).split('\n').at(-1)).toBe(cause);
  });
});
