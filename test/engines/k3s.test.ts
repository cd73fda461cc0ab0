import process from 'node:process';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { run } from '../../tools/cluster/artifacts/run.ts';
import { chooseProvider, clusterVariable, type Possible } from '../../tools/cluster/providers/choice.ts';
import { openCluster, uniqueName } from '../../tools/cluster/start.ts';
import { dockerEngine, type Engine, enginePossible, existingEngine } from './docker/engine.ts';

const answer = z.discriminatedUnion('is', [
  z.object({ is: z.literal('possible') }),
  z.object({ is: z.literal('impossible'), because: z.string() }),
]);

/** Asked in a process of its own, as testcontainers read only once where the engine is. */
async function k3sPossible(): Promise<Possible> {
  const question = `const { k3sPossible } = await import('./tools/cluster/providers/k3s.ts');
    process.stdout.write(JSON.stringify(await k3sPossible()));`;
  return answer.parse(JSON.parse(await run(process.execPath, ['--input-type=module', '--eval', question])));
}

it.skipIf((await existingEngine()) !== undefined)('k3s is not possible where no engine answers', async () => {
  expect(await k3sPossible()).toEqual({ is: 'impossible', because: 'no Docker engine answers' });
});

describe.skipIf((await enginePossible()).is === 'impossible')('k3s on a real Docker engine', () => {
  let engine: Engine;
  let possible: Possible;

  beforeAll(async () => {
    engine = await dockerEngine();
    possible = await k3sPossible();
  });

  afterEach(() => vi.unstubAllEnvs());

  afterAll(async () => {
    await engine.stop();
  });

  it('is chosen when the engine has its images or can pull them, else the local node, with the reason', async () => {
    const { choice, because } = await chooseProvider(undefined, async () => possible);
    const [provider, reason] =
      possible.is === 'possible'
        ? ['k3s', 'a Docker engine answers and has the image']
        : ['local', 'the Docker engine has no image rancher/k3s'];
    expect(choice.provider).toBe(provider);
    expect(because).toContain(reason);
  });

  it('reports what is missing when it is requested by name and its image is unavailable', async ({ skip }) => {
    skip(possible.is === 'possible', 'the image can be had here');
    vi.stubEnv(clusterVariable, 'k3s');
    await expect(openCluster(uniqueName('k3s'), 'process')).rejects.toThrow(
      /k3s cannot run here: the Docker engine has no image rancher\/k3s/,
    );
  });

  it('starts, and its node becomes Ready', { timeout: 600_000 }, async ({ skip }) => {
    if (possible.is === 'impossible') {
      process.stderr.write(`Unproven here, the start of k3s: ${possible.because}\n`);
      skip(possible.because);
      return;
    }
    vi.stubEnv(clusterVariable, 'k3s');
    const cluster = await openCluster(uniqueName('k3s'), 'process');
    try {
      if (cluster.provider !== 'k3s') throw new Error(`asked for k3s, got ${cluster.provider}`);
      const wait = ['wait', 'node', '--all', '--for=condition=Ready', '--timeout=120s'];
      expect(await run(cluster.kubectl, wait)).toContain('condition met');
    } finally {
      await cluster.stop();
    }
  });
});
