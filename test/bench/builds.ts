import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Job, V1Pod } from '@kubernetes/client-node';
import type { ImageSpecSpec } from '../../src/api/imagespec.generated.ts';
import type { LocalCluster } from '../../tools/cluster/cluster.ts';
import { kubectlOf } from '../integration/kubectl.ts';
import type { Journal } from '../provoked/journal.ts';
import { openPlace, type Place, shownIn } from '../provoked/place.ts';

/** One build with its times, all in seconds. */
export interface Build {
  /** From the start of `kubectl apply` to the news of the Job. */
  readonly applyToJob: number;
  /** From the news of the Job to the news of its Pod's end. */
  readonly jobToPodEnd: number;
  /** From the news of the Pod's end to the news of the final status. */
  readonly podEndToStatus: number;
  /** All of it. */
  readonly total: number;
  /** Between these moments (ms since epoch) everything happened. */
  readonly from: number;
  readonly to: number;
}

/** A limit, no expectation. */
const patience = 600;

/** Builds a spec in an idle place and measures the times that a watching user sees. */
export async function timedBuild(journal: Journal, place: Place, spec: ImageSpecSpec): Promise<Build> {
  const { namespace } = place;
  const jobsBefore = journal.jobs(namespace).length;
  const podsBefore = journal.pods(namespace).length;
  const from = await place.apply(spec);
  const created = await journal.until(`${namespace}: a Job`, patience, () =>
    newer(journal.jobs(namespace), jobsBefore),
  );
  const ended = await journal.until(`${namespace}: the Pod ends`, patience, () => {
    const pod = journal.pods(namespace)[podsBefore];
    return pod !== undefined && hasEnded(pod) ? Date.now() : undefined;
  });
  const done = await place.shown({ reason: 'BuildSucceeded' }, created);
  return {
    applyToJob: seconds(from, created),
    jobToPodEnd: seconds(created, ended),
    podEndToStatus: seconds(ended, done.at),
    total: seconds(from, done.at),
    from,
    to: done.at,
  };
}

/** Applies an edit that must not build, and gives the seconds until the operator has taken note of it. */
export async function timedEdit(journal: Journal, place: Place, spec: ImageSpecSpec): Promise<number> {
  const from = await place.apply(spec);
  const noted = await journal.until(`${place.namespace}: the edit is noted`, patience, () =>
    journal.states(place.namespace).find((state) => state.at >= from && shownIn(state)?.reason === 'BuildSucceeded'),
  );
  return seconds(from, noted.at);
}

/**
 * The same input without an operator: a handwritten Job, in which Kaniko pushes by itself.
 * @returns seconds from the start of `kubectl apply` to the news of the Pod's end
 */
export async function handMade(journal: Journal, place: Place, kaniko: string, given: HandMade): Promise<number> {
  const { namespace } = place;
  const podsBefore = journal.pods(namespace).length;
  const from = Date.now();
  await place.create(handMadeJob(kaniko, given));
  const ended = await journal.until(`${namespace}: the hand-made Pod ends`, patience, () => {
    const pod = journal.pods(namespace)[podsBefore];
    return pod?.status?.phase === 'Succeeded' ? Date.now() : undefined;
  });
  return seconds(from, ended);
}

/** What a hand-made Job builds, and how registries are reached. */
export interface HandMade {
  readonly name: string;
  readonly dockerfile: string;
  readonly destination: string;
  readonly registryFlags: readonly string[];
}

function handMadeJob(kaniko: string, { name, dockerfile, destination, registryFlags }: HandMade): V1Job {
  const mount = { name: 'dockerfile', mountPath: '/dockerfile' };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: {
      backoffLimit: 0,
      template: {
        metadata: { annotations: { dockerfile } },
        spec: {
          restartPolicy: 'Never',
          containers: [
            {
              name: 'kaniko',
              image: kaniko,
              args: [
                '--dockerfile=/dockerfile/Dockerfile',
                '--context=dir:///dockerfile',
                `--destination=${destination}`,
                '--force',
                ...registryFlags,
              ],
              volumeMounts: [mount],
            },
          ],
          volumes: [
            {
              name: 'dockerfile',
              downwardAPI: {
                items: [{ path: 'Dockerfile', fieldRef: { fieldPath: "metadata.annotations['dockerfile']" } }],
              },
            },
          ],
        },
      },
    },
  };
}

/** A namespace to measure in, once its ServiceAccount is there. */
export async function openBench(cluster: LocalCluster, journal: Journal, namespace: string): Promise<Place> {
  const place = await openPlace(cluster, kubectlOf(cluster.kubectl), journal, namespace);
  await place.kubectl(['wait', '--for=create', 'serviceaccount/default', '--timeout=30s']);
  return place;
}

/** Gives everybody the time to come to rest, so that one measurement does not disturb the next. */
export function rest(): Promise<void> {
  return sleep(500);
}

function newer(list: readonly V1Job[], before: number): number | undefined {
  return list.length > before ? Date.now() : undefined;
}

function hasEnded({ status }: V1Pod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

function seconds(from: number, to: number): number {
  return Math.round(to - from) / 1000;
}
