import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { eventually } from '../../tools/eventually.ts';
import { machineState, type Place, placeOf, processesNaming, tracesOf } from '../clusters/support.ts';

const script = fileURLToPath(new URL('./docker/hold.ts', import.meta.url));
const engine = z.object({ socket: z.string().startsWith('unix://'), address: z.string() });

const held: ChildProcess[] = [];

afterEach(() => {
  for (const parent of held.splice(0)) parent.kill('SIGKILL');
});

/** Two registries in containers, on an engine that is owned by a process which can be killed. */
async function hold() {
  const parent = fork(script, { execArgv: [], env: { ...process.env, DOCKER_HOST: undefined } });
  held.push(parent);
  const [message] = z
    .tuple([engine])
    .rest(z.unknown())
    .parse(await once(parent, 'message'));
  const folder = dirname(message.socket.slice('unix://'.length));
  return { parent, folder, place: await placeOf(message.address) };
}

async function untilGone(folder: string): Promise<void> {
  await eventually('the engine and its containers are gone', 60, async () =>
    (await processesNaming(folder)).length === 0 && !existsSync(folder) ? true : undefined,
  );
}

/** Everything that an engine could leave; all of it is empty, and the machine is as it was before. */
async function left(place: Place) {
  return { traces: await tracesOf(place), machine: await machineState() };
}

describe.skipIf(process.getuid?.() !== 0)('an engine of our own leaves nothing behind', { timeout: 240_000 }, () => {
  it('when the process that asked for it gets SIGKILL', async () => {
    const before = await machineState();
    const { parent, folder, place } = await hold();
    expect(await tracesOf(place)).not.toEqual([]);
    expect(await machineState()).toEqual(before);
    parent.kill('SIGKILL');
    await untilGone(folder);
    await eventually('the engine gives its slot back', 60, async () =>
      (await tracesOf(place)).length === 0 ? true : undefined,
    );
    expect(await left(place)).toEqual({ traces: [], machine: before });
  });

  it('when the process that runs it gets SIGKILL and another engine is started', async () => {
    const before = await machineState();
    const first = await hold();
    process.kill(Number(/(\d+)-\d+$/.exec(first.folder)?.[1]), 'SIGKILL');
    await eventually('the engine and its containers are gone', 60, async () =>
      (await processesNaming(first.folder)).length === 0 ? true : undefined,
    );
    const second = await hold();
    expect(existsSync(first.folder)).toBe(false);
    second.parent.kill('SIGKILL');
    await untilGone(second.folder);
    await eventually('the engine gives its slot back', 60, async () =>
      (await tracesOf(second.place)).length === 0 ? true : undefined,
    );
    expect(await left(first.place)).toEqual({ traces: [], machine: before });
  });
});
