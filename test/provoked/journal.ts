import { KubeConfig, type V1Job, type V1Pod, Watch } from '@kubernetes/client-node';
import type { ImageSpec } from '../../src/api/imagespec.generated.ts';

/** An ImageSpec as the API server reported it. */
export interface State {
  /** When it arrived here: ms since epoch. */
  readonly at: number;
  readonly object: ImageSpec;
}

/** The API server's events, in order, with their time of arrival: what a watching user sees. */
export interface Journal {
  /** Every state of the ImageSpec of a namespace. */
  readonly states: (namespace: string) => readonly State[];
  /** The newest form of every Job that was ever seen in a namespace, oldest first. */
  readonly jobs: (namespace: string) => readonly V1Job[];
  /** The newest form of every Pod that was ever seen in a namespace, oldest first. */
  readonly pods: (namespace: string) => readonly V1Pod[];
  /**
   * Looks immediately, after each event and each second, until `look` returns a value.
   * @throws Error with `what` after this many seconds, and any error of `look`
   */
  readonly until: <T>(what: string, seconds: number, look: () => T | undefined) => Promise<T>;
  readonly stop: () => void;
}

const paths = {
  imageSpecs: '/apis/imagespec.dev/v1alpha1/imagespecs',
  jobs: '/apis/batch/v1/jobs',
  pods: '/api/v1/pods',
} as const;

/** Below the silence after which client-node's Watch gives up. */
const watchSeconds = 20;

/** Follows ImageSpecs, Jobs and Pods of all namespaces until it is stopped. */
export function openJournal(kubeconfig: string): Journal {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const states = new Map<string, State[]>();
  const jobs = new Map<string, Map<string, V1Job>>();
  const pods = new Map<string, Map<string, V1Pod>>();
  const looks = new Set<() => void>();
  const stopping = new AbortController();

  const follow = async (path: string, heard: Parameters<Watch['watch']>[2]): Promise<void> => {
    while (!stopping.signal.aborted) {
      const ended = Promise.withResolvers<void>();
      const onEvent: typeof heard = (...event) => {
        heard(...event);
        for (const look of looks) {
          look();
        }
      };
      const connection = await new Watch(config).watch(path, { timeoutSeconds: watchSeconds }, onEvent, () =>
        ended.resolve(),
      );
      const stop = () => connection.abort();
      stopping.signal.addEventListener('abort', stop);
      await ended.promise;
      stopping.signal.removeEventListener('abort', stop);
    }
  };
  // The watch of a path yields objects of one kind.
  const running = [
    follow(paths.imageSpecs, (_type, object: ImageSpec) => keepState(states, object)),
    follow(paths.jobs, (_type, object: V1Job) => keepNewest(jobs, object)),
    follow(paths.pods, (_type, object: V1Pod) => keepNewest(pods, object)),
  ];
  const failed = Promise.all(running);

  return {
    states: (namespace) => states.get(namespace) ?? [],
    jobs: (namespace) => [...(jobs.get(namespace)?.values() ?? [])],
    pods: (namespace) => [...(pods.get(namespace)?.values() ?? [])],
    until: (what, seconds, look) => Promise.race([waitFor(looks, what, seconds, look), failed.then(() => never())]),
    stop: () => stopping.abort(),
  };
}

function never(): never {
  throw new Error('the journal was closed');
}

function waitFor<T>(looks: Set<() => void>, what: string, seconds: number, look: () => T | undefined): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const again = () => {
    try {
      const found = look();
      if (found !== undefined) {
        resolve(found);
      }
    } catch (error) {
      reject(error);
    }
  };
  looks.add(again);
  const timer = setTimeout(() => reject(new Error(`${what}: not within ${seconds} s`)), seconds * 1000);
  // A condition may depend on more than events.
  const tick = setInterval(again, 1000);
  again();
  return promise.finally(() => {
    clearTimeout(timer);
    clearInterval(tick);
    looks.delete(again);
  });
}

/** A new watch reports everything again: only newer events are kept. */
function keepState(states: Map<string, State[]>, object: ImageSpec): void {
  const namespace = object.metadata.namespace ?? '';
  const known = states.get(namespace) ?? [];
  states.set(namespace, known);
  if (known.at(-1)?.object.metadata.resourceVersion !== object.metadata.resourceVersion) {
    known.push({ at: Date.now(), object });
  }
}

function keepNewest<T extends V1Job | V1Pod>(all: Map<string, Map<string, T>>, object: T): void {
  const namespace = object.metadata?.namespace ?? '';
  const known = all.get(namespace) ?? new Map<string, T>();
  all.set(namespace, known);
  known.set(object.metadata?.uid ?? '', object);
}
