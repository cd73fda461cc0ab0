import { succeed } from '../integration/kubectl.ts';
import { operatorOf } from '../node/processes.ts';
import type { Case } from '../provoked/cases.ts';
import { gated, gateReached, type Place } from '../provoked/place.ts';
import { playAll } from '../provoked/run.ts';
import type { Stage } from '../provoked/stage.ts';

const deployment = ['-n', 'imagespec-operator-system'];

async function scale({ scene }: Stage, replicas: 0 | 1): Promise<void> {
  await succeed(scene.kubectl([...deployment, 'scale', 'deployment/imagespec-operator', `--replicas=${replicas}`]));
  await (replicas === 0
    ? succeed(scene.kubectl([...deployment, 'wait', '--for=delete', 'pods', '--all', '--timeout=90s']))
    : succeed(scene.kubectl([...deployment, 'rollout', 'status', 'deployment/imagespec-operator', '--timeout=120s'])));
}

/** Starts a build that waits. */
async function waiting(place: Place) {
  await place.apply({ dockerfile: gated() });
  return place.logged(gateReached);
}

/** The operator is killed or away; and what it must not be needed for. */
const cases: readonly Case[] = [
  {
    id: 'operator-killed-while-building',
    provoked: 'the operator is killed (SIGKILL) while the build runs',
    shows: [{ reason: 'BuildSucceeded' }],
    jobs: 1,
    provoke: async (place, { scene }) => {
      const pod = await waiting(place);
      const at = Date.now();
      (await operatorOf(scene.cluster)).signal('SIGKILL');
      await place.open(pod);
      return at;
    },
  },
  {
    id: 'operator-killed-before-status',
    provoked: 'the operator is killed (SIGKILL) between the push and the status',
    shows: [{ reason: 'BuildSucceeded' }],
    jobs: 1,
    provoke: async (place, { scene }) => {
      const pod = await waiting(place);
      const operator = await operatorOf(scene.cluster);
      operator.signal('SIGSTOP');
      await place.open(pod);
      const end = await place.podEnd(1);
      operator.signal('SIGKILL');
      return end;
    },
  },
  {
    id: 'operator-down',
    provoked: 'the operator is scaled to 0 and back; the build ends meanwhile',
    shows: [{ reason: 'BuildSucceeded' }],
    jobs: 1,
    provoke: async (place, stage) => {
      const pod = await waiting(place);
      await scale(stage, 0);
      await place.open(pod);
      const end = await place.podEnd(1);
      await scale(stage, 1);
      return end;
    },
  },
  {
    id: 'deleted-without-operator',
    provoked: 'the ImageSpec is deleted while the build runs and the operator is scaled to 0',
    shows: 'nothingLeft',
    jobs: 1,
    provoke: async (place, stage) => {
      await waiting(place);
      await scale(stage, 0);
      stage.defer(() => scale(stage, 1));
      const at = Date.now();
      await place.kubectl(['delete', 'imagespec', '--all', '--wait=false']);
      return at;
    },
  },
];

playAll('lifecycle', 'when the operator is killed or away', 'oneByOne', cases);
