import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, describe, expect, it } from 'vitest';
import { run } from '../../tools/cluster/artifacts/run.ts';
import type { Lifetime, LocalCluster } from '../../tools/cluster/cluster.ts';
import { startLocal, uniqueName } from '../../tools/cluster/start.ts';
import { isAlive, liveSupervisor } from '../../tools/cluster/state.ts';
import { attach, takeDown } from '../../tools/cluster/supervision/supervised.ts';
import { eventually } from '../../tools/eventually.ts';
import {
  forwarding,
  hold,
  killSupervisor,
  machineState,
  type Place,
  placeOf,
  processesNaming,
  stopProcessesNaming,
  tracesOf,
} from './support.ts';

/** Small, and in the registry of every node. */
const image = 'debian:bookworm-slim';

/** A Pod with what leaves traces when it is not cleaned up: mounts, a host port, cgroups with limits. */
const busyPod = JSON.stringify({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'busy' },
  spec: {
    containers: [
      {
        name: 'busy',
        image,
        command: ['sleep', '3600'],
        ports: [{ containerPort: 80, hostPort: 8080 }],
        resources: { limits: { memory: '64Mi', cpu: '100m' } },
        volumeMounts: [
          { name: 'disk', mountPath: '/disk' },
          { name: 'memory', mountPath: '/memory' },
        ],
      },
    ],
    volumes: [
      { name: 'disk', emptyDir: {} },
      { name: 'memory', emptyDir: { medium: 'Memory' } },
    ],
  },
});

async function runBusyPod({ kubectl }: LocalCluster): Promise<void> {
  await run(kubectl, ['create', '-f', '-'], { input: busyPod });
  await run(kubectl, ['wait', 'pod/busy', '--for=condition=Ready', '--timeout=120s']);
}

async function attachedNode(name: string) {
  const node = await attach(name);
  if (node?.provider !== 'local') throw new Error(`no node ${name} is up`);
  return node;
}

/** Everything that a node could leave; all of it is empty, and the machine is as it was before. */
async function left(folder: string, place: Place) {
  return {
    traces: await tracesOf(place),
    processes: await processesNaming(folder),
    folder: existsSync(folder),
    machine: await machineState(),
  };
}

function nothing(machine: object) {
  return { traces: [], processes: [], folder: false, machine };
}

const started: string[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((name) => takeDown(name)));
});

async function startNode(label: string, lifetime: Lifetime): Promise<LocalCluster> {
  const node = await startLocal(uniqueName(label), lifetime);
  started.push(node.name);
  return node;
}

/** Each test starts, uses and removes a whole node, on any machine. */
const timeout = 240_000;

describe.skipIf(process.getuid?.() !== 0)('a node leaves nothing behind', { timeout }, () => {
  it('when it is stopped while a Pod runs', async () => {
    const [before, forwarded] = await Promise.all([machineState(), forwarding()]);
    const node = await startNode('stopped', 'process');
    await runBusyPod(node);
    const place = await placeOf(node.address);
    expect(await tracesOf(place)).not.toEqual([]);
    expect(await machineState()).toEqual(before);
    await node.stop();
    expect(await left(node.folder, place)).toEqual(nothing(before));
    const forwardedNow = await forwarding();
    // Known only when no other node is up, neither before nor after.
    expect(forwardedNow ?? forwarded).toBe(forwarded ?? forwardedNow);
  });

  it('when a user stopped one of its components', async () => {
    const before = await machineState();
    const node = await startNode('frozen', 'process');
    const place = await placeOf(node.address);
    await stopProcessesNaming(join(node.folder, 'kubelet.yaml'));
    await node.stop();
    expect(await left(node.folder, place)).toEqual(nothing(before));
  });

  it('when the process that started it gets SIGKILL', async () => {
    const before = await machineState();
    const { parent, name, folder } = await hold('local', uniqueName('orphan'));
    started.push(name);
    const place = await placeOf((await attachedNode(name)).address);
    const supervisor = await liveSupervisor(folder);
    if (supervisor === undefined) throw new Error(`no supervisor runs for ${folder}`);
    parent.kill('SIGKILL');
    // The process itself: its record may be the first file to go of a folder whose removal takes a while.
    await eventually('the supervisor ends', 120, async () => Promise.resolve(isAlive(supervisor) ? undefined : true));
    expect(await left(folder, place)).toEqual(nothing(before));
  });

  it('when its supervisor gets SIGKILL and a later process takes it down', async () => {
    const before = await machineState();
    const node = await startNode('killed', 'detached');
    await runBusyPod(node);
    const place = await placeOf(node.address);
    await killSupervisor(node.folder);
    await eventually('all of its processes are gone', 60, async () =>
      (await processesNaming(node.folder)).length === 0 ? true : undefined,
    );
    expect(await tracesOf(place)).not.toEqual([]);
    await takeDown(node.name);
    expect(await left(node.folder, place)).toEqual(nothing(before));
  });

  it('when it was started to stay, and another process takes it down', async () => {
    const before = await machineState();
    const { parent, name, folder } = await hold('local', uniqueName('detached'), 'detached');
    started.push(name);
    const ended = once(parent, 'exit');
    parent.kill('SIGKILL');
    await ended;
    const node = await attachedNode(name);
    expect(await run(node.kubectl, ['get', '--raw', '/readyz'])).toBe('ok');
    const place = await placeOf(node.address);
    await node.stop();
    expect(await left(folder, place)).toEqual(nothing(before));
  });
});
