import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type StandIn, startStandIn } from '../../../test/support/apiserver-stand-in.ts';
import { clientOf } from '../../../test/support/scripted-image.ts';
import { ask } from './ask.ts';

/** What the API server has, which cuts it as the kubelet does: lines from the end and bytes from the front. */
let log: string;
let server: StandIn;

beforeEach(async () => {
  server = await startStandIn((request, response) => {
    const query = new URL(request.url ?? '', 'http://x').searchParams;
    const lines = log.split('\n').slice(-Number(query.get('tailLines')));
    response.setHeader('content-type', 'text/plain');
    response.end(Buffer.from(lines.join('\n')).subarray(0, Number(query.get('limitBytes'))));
  });
});

afterEach(() => server.stop());

async function read(): Promise<string> {
  const pod = { namespace: 'team', name: 'p', uid: 'u' };
  const sources = { connection: server.connection, registry: clientOf([]), secretLabels: 'Optional' } as const;
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
