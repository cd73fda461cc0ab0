import { expect } from 'vitest';
import { shell } from '../node/images.ts';
import { kubeletOf } from '../node/processes.ts';
import { pretendSecondNode } from '../node/second-node.ts';
import { nowhere, unreachable } from '../node/settings.ts';
import type { Case } from '../provoked/cases.ts';
import { gated, gateReached, type Place } from '../provoked/place.ts';
import { playAll } from '../provoked/run.ts';

const fine = `FROM ${shell}\nRUN true\n`;

/** Starts a build that waits, and gives the name of its Pod. */
async function waiting(place: Place, build: object = {}): Promise<string> {
  await place.apply({ dockerfile: gated(), build });
  return podOf(place, 0);
}

async function podOf(place: Place, knownPods: number): Promise<string> {
  return (await place.logged(gateReached, knownPods)).metadata?.name ?? '';
}

/** Lets the second attempt end well. */
async function letSecondGo(place: Place): Promise<void> {
  await place.open(await place.logged(gateReached, 1));
}

async function deletePod(place: Place, name: string): Promise<number> {
  const at = Date.now();
  await place.kubectl(['delete', 'pod', name, '--wait=false']);
  return at;
}

/** Faults that the cluster causes in a build. */
const cases: readonly Case[] = [
  {
    id: 'evicted',
    provoked: 'the Pod is evicted through the Eviction API, as a drain does',
    shows: [{ reason: 'Retrying', failure: 'Evicted' }, { reason: 'BuildSucceeded' }],
    jobs: 2,
    provoke: async (place) => {
      const name = await waiting(place);
      const at = Date.now();
      const path = `/api/v1/namespaces/${place.namespace}/pods/${name}/eviction`;
      const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: place.namespace } };
      await place.kubectl(['create', '--raw', path, '-f', '-'], JSON.stringify(eviction));
      await letSecondGo(place);
      return at;
    },
  },
  {
    id: 'pod-deleted',
    provoked: 'a user deletes the Pod',
    shows: [{ reason: 'Retrying', failure: 'BuildPodDeleted' }, { reason: 'BuildSucceeded' }],
    jobs: 2,
    provoke: async (place) => {
      const at = await deletePod(place, await waiting(place));
      await letSecondGo(place);
      return at;
    },
  },
  {
    id: 'pod-deleted-again',
    provoked: 'a user deletes the Pod of each attempt, with build.retries: 1',
    shows: [
      { reason: 'Retrying', failure: 'BuildPodDeleted' },
      { reason: 'RetriesExhausted', failure: 'BuildPodDeleted' },
    ],
    jobs: 2,
    provoke: async (place) => {
      const at = await deletePod(place, await waiting(place, { retries: 1 }));
      await deletePod(place, await podOf(place, 1));
      return at;
    },
  },
  {
    id: 'job-deleted',
    provoked: 'a user deletes the Job',
    shows: [{ reason: 'Retrying', failure: 'BuildPodDeleted' }, { reason: 'BuildSucceeded' }],
    jobs: 2,
    provoke: async (place) => {
      await waiting(place);
      const at = Date.now();
      await place.kubectl(['delete', 'jobs', '--all', '--wait=false']);
      await letSecondGo(place);
      return at;
    },
  },
  {
    id: 'unschedulable',
    provoked: 'no node has the label of build.nodeSelector, within build.timeoutSeconds: 60',
    shows: [{ reason: 'BuildTimeout', failure: 'BuildTimeout' }],
    jobs: 1,
    provoke: (place) =>
      place.apply({ dockerfile: fine, build: { timeoutSeconds: 60, nodeSelector: { [nowhere]: 'true' } } }),
    afterwards: async (_place, _stage, states) => {
      expect(states.at(-1)?.object.status?.failure?.message).toMatch(/node affinity|node selector/i);
    },
  },
  {
    id: 'quota',
    provoked: 'a ResourceQuota leaves no room for a Pod; raised later',
    shows: [{ reason: 'QuotaExceeded' }, { reason: 'BuildSucceeded' }],
    jobs: 1,
    provoke: async (place) => {
      const quota = (pods: string) => ({
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        metadata: { name: 'quota' },
        spec: { hard: { pods } },
      });
      await place.create(quota('0'));
      const at = await place.apply({ dockerfile: fine });
      await place.shown({ reason: 'QuotaExceeded' }, at);
      await place.create(quota('5'));
      return at;
    },
  },
  {
    id: 'limit-range',
    provoked: 'a LimitRange allows less memory than the Pod asks for',
    shows: [{ reason: 'BuildPodRefused', failure: 'BuildPodRefused' }],
    jobs: 1,
    provoke: async (place) => {
      const limits = [{ type: 'Container', max: { memory: '32Mi' } }];
      await place.create({ apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'limits' }, spec: { limits } });
      return place.apply({ dockerfile: fine });
    },
  },
  {
    id: 'pod-security',
    provoked: 'the namespace enforces Pod Security "restricted"',
    shows: [{ reason: 'BuildPodRefused', failure: 'BuildPodRefused' }],
    jobs: 1,
    provoke: async (place) => {
      const label = 'pod-security.kubernetes.io/enforce=restricted';
      await place.kubectl(['label', 'namespace', place.namespace, label]);
      return place.apply({ dockerfile: fine });
    },
  },
];

/** The node is everybody's. */
const nodeCases: readonly Case[] = [
  {
    id: 'node-lost',
    provoked: 'the kubelet is frozen until the node counts as lost, and goes on',
    shows: [{ reason: 'Retrying', failure: 'NodeLost' }, { reason: 'BuildSucceeded' }],
    jobs: 2,
    provoke: async (place, { scene }) => {
      // Long enough for the second attempt to outlive what is left of the taint when the kubelet goes on.
      const toleration = { key: unreachable, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 15 } as const;
      await waiting(place, { tolerations: [toleration] });
      const kubelet = await kubeletOf(scene.cluster);
      const at = Date.now();
      kubelet.signal('SIGSTOP');
      try {
        await place.shown({ reason: 'Retrying', failure: 'NodeLost' }, at);
      } finally {
        kubelet.signal('SIGCONT');
      }
      await letSecondGo(place);
      return at;
    },
  },
];

playAll('lifecycle', 'what the cluster does', 'sideBySide', cases);
playAll('lifecycle', 'a node that is lost', 'oneByOne', nodeCases, async ({ scene, defer }) => {
  defer(await pretendSecondNode(scene.kubectl));
});
