import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { V1Pod } from '@kubernetes/client-node';
import { conditionOf } from '../../src/api/conditions.ts';
import type { ImageSpecSpec } from '../../src/api/imagespec.generated.ts';
import type { FailureReason } from '../../src/api/reasons/failureReasons.ts';
import type { ReadyReason } from '../../src/api/reasons/reasons.ts';
import type { LocalCluster } from '../../tools/cluster/cluster.ts';
import { type Kubectl, succeed } from '../integration/kubectl.ts';
import { shell } from '../node/images.ts';
import { type Login, loginSecret } from '../node/registry.ts';
import type { Journal, State } from './journal.ts';

/** The report of a status: Ready's reason and, where there is one, `status.failure.reason`. */
export interface Shown {
  readonly reason: ReadyReason;
  readonly failure?: FailureReason;
}

/** A namespace with one ImageSpec in it, and what a test does to both. */
export interface Place {
  readonly namespace: string;
  /** @throws Error with what kubectl said when it fails. */
  readonly kubectl: (args: readonly string[], input?: string) => Promise<string>;
  /** Creates any object in the namespace. */
  readonly create: (object: object) => Promise<void>;
  /** Creates or changes a Secret with a registry's login. */
  readonly login: (name: string, host: string, login: Login) => Promise<void>;
  /** Applies the ImageSpec; gives the moment just before. */
  readonly apply: (spec: ImageSpecSpec) => Promise<number>;
  /** Sets an annotation of the ImageSpec; gives the moment just before. */
  readonly annotate: (annotation: string, value: string) => Promise<number>;
  /** Waits for a state of the generation applied last that says this, at `since` or later. */
  readonly shown: (shown: Shown, since: number) => Promise<State>;
  /** Waits until the builder's log of the newest Pod contains this text, and returns the Pod. */
  readonly logged: (text: string, knownPods?: number) => Promise<V1Pod>;
  /** Lets a step of `gated` go on. */
  readonly open: (pod: V1Pod) => Promise<void>;
  /** Waits until a Pod has ended and gives when its last container did, to the second. */
  readonly podEnd: (nth: number) => Promise<number>;
}

/** The name of the ImageSpec in every place. */
export const imageSpecName = 'image';

/** A step that says so when it is reached and then waits for `open`. The quotes keep the echo of the command from saying it. */
const gate = `RUN echo gate"-"reached; while [ ! -e /go ]; do sleep 0.2; done`;
/** The line that `gated` prints when a build reaches it. */
export const gateReached = 'gate-reached';

/** A Dockerfile on the small image whose build waits until it is let go. */
export function gated(after = ''): string {
  return `FROM ${shell}\n${gate}\n${after}`;
}

/** A limit, no expectation: builds share two processors. */
const patience = 540;

/**
 * Makes the namespace.
 * @param look sees all states at every wait, and throws when there is no sense in waiting any longer
 */
export async function openPlace(
  cluster: LocalCluster,
  plain: Kubectl,
  journal: Journal,
  namespace: string,
  look: (states: readonly State[]) => void = () => {},
): Promise<Place> {
  await succeed(plain(['create', 'namespace', namespace]));
  const kubectl = (args: readonly string[], input = '') => succeed(plain(['-n', namespace, ...args], input));
  const until = <T>(what: string, find: () => T | undefined): Promise<T> =>
    journal.until(`${namespace}: ${what}`, patience, () => {
      look(journal.states(namespace));
      return find();
    });
  let generation = 0;
  const isCurrent = ({ object }: State) => (object.metadata.generation ?? 0) >= generation;
  const applyObject = (object: object) => kubectl(['apply', '-f', '-'], JSON.stringify(object));
  return {
    namespace,
    kubectl,
    create: async (object) => {
      await applyObject(object);
    },
    login: async (name, host, login) => {
      await applyObject(loginSecret(name, host, login));
    },
    apply: async (spec) => {
      const at = Date.now();
      const manifest = {
        apiVersion: 'imagespec.dev/v1alpha1',
        kind: 'ImageSpec',
        metadata: { name: imageSpecName },
        spec: { jupyterHub: { policy: 'Skip' }, ...spec },
      };
      const output = ['-o', 'jsonpath={.metadata.generation}'];
      generation = Number(await kubectl(['apply', '-f', '-', ...output], JSON.stringify(manifest)));
      return at;
    },
    annotate: async (annotation, value) => {
      const at = Date.now();
      await kubectl(['annotate', '--overwrite', 'imagespec', imageSpecName, `${annotation}=${value}`]);
      return at;
    },
    shown: (shown, since) =>
      until(`it says ${describe(shown)}`, () =>
        journal.states(namespace).find((state) => state.at >= since && isCurrent(state) && says(state, shown)),
      ),
    logged: async (text, knownPods = 0) => {
      const pod = await until('the builder runs', () => {
        const found = journal.pods(namespace).slice(knownPods).at(-1);
        return found !== undefined && builderHasStarted(found) ? found : undefined;
      });
      await followLog(cluster.kubectl, pod, text);
      return pod;
    },
    open: async (pod) => {
      const name = pod.metadata?.name ?? '';
      await kubectl(['exec', name, '-c', 'build', '--', '/bin/sh', '-c', ': > /go']);
    },
    podEnd: (nth) =>
      until(`Pod ${nth} has ended`, () => {
        const pod = journal.pods(namespace)[nth - 1];
        return pod === undefined ? undefined : endOf(pod);
      }),
  };
}

/** A reported state in words. */
export function describe({ reason, failure }: Shown): string {
  return failure === undefined ? reason : `${reason} (${failure})`;
}

/** The report in a state; undefined before the operator has seen its generation. */
export function shownIn({ object: { metadata, status } }: State): Shown | undefined {
  const ready = conditionOf(status ?? {}, 'Ready');
  if (ready === undefined || ready.observedGeneration !== metadata.generation) {
    return undefined;
  }
  const failure = status?.failure?.reason;
  // The CRD bounds both texts to these reasons.
  const shown: Shown = JSON.parse(JSON.stringify({ reason: ready.reason, failure }));
  return shown;
}

function says(state: State, { reason, failure }: Shown): boolean {
  const shown = shownIn(state);
  return shown?.reason === reason && (failure === undefined || shown.failure === failure);
}

function builderHasStarted({ status }: V1Pod): boolean {
  const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const state = containers.find(({ name }) => name === 'build')?.state;
  return state?.running !== undefined || state?.terminated !== undefined;
}

function endOf({ status }: V1Pod): number | undefined {
  if (status?.phase !== 'Succeeded' && status?.phase !== 'Failed') {
    return undefined;
  }
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const ends = containers.map(({ state }) => new Date(state?.terminated?.finishedAt ?? 0).getTime());
  // An evicted Pod may have no container statuses at all.
  return Math.max(...ends) > 0 ? Math.max(...ends) : Date.now();
}

async function followLog(program: string, { metadata }: V1Pod, text: string): Promise<void> {
  const args = ['-n', metadata?.namespace ?? '', 'logs', '-f', metadata?.name ?? '', '-c', 'build'];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.includes(text)) {
        return;
      }
    }
  } finally {
    child.kill();
  }
  throw new Error(`${metadata?.namespace}: the builder never printed "${text}"`);
}
