import { group, labels, plural, version } from '../../api/names.ts';
import { listAll, type Resource } from '../../kubernetes/client/list.ts';
import { systemClock } from '../../kubernetes/clock.ts';
import { Cache } from '../../kubernetes/watch/cache.ts';
import { Reflector } from '../../kubernetes/watch/reflector.ts';
import type { Cluster } from './cluster.ts';
import { projectImageSpec, projectJob, projectPod, type SeenImageSpec } from './projections.ts';
import type { View } from './status/standing.ts';

/** A view of one ImageSpec that stays current. */
export interface Follower {
  /** The current view; undefined once the ImageSpec is deleted, or another has its name. */
  readonly view: () => View | undefined;
  /** Resolves at the next change, or at stop. */
  readonly changed: () => Promise<void>;
  readonly stop: () => void;
}

const pageSize = 500;
/** Wait for the first lists. Later objects arrive as changes. */
const firstListMs = 10_000;

function resourcesOf({ namespace }: Cluster, { name, uid }: SeenImageSpec) {
  const inNamespace = encodeURIComponent(namespace);
  const labelSelector = `${labels.uid}=${uid}`;
  return {
    imageSpecs: {
      path: `/apis/${group}/${version}/namespaces/${inNamespace}/${plural}`,
      namespace,
      fieldSelector: `metadata.name=${name}`,
    },
    jobs: { path: `/apis/batch/v1/namespaces/${inNamespace}/jobs`, namespace, labelSelector },
    pods: { path: `/api/v1/namespaces/${inNamespace}/pods`, namespace, labelSelector },
  } satisfies Readonly<Record<string, Resource>>;
}

/** Reads everything once. A failed list is reported and left out: the ImageSpec's status matters most. */
export async function lookOnce(
  cluster: Cluster,
  imageSpec: SeenImageSpec,
  onTrouble: (message: string) => void,
): Promise<View> {
  const { jobs, pods } = resourcesOf(cluster, imageSpec);
  return {
    imageSpec,
    jobs: (await list(cluster, jobs, projectJob, onTrouble)).flatMap((job) => job ?? []),
    pods: await list(cluster, pods, projectPod, onTrouble),
  };
}

async function list<T>(
  { connection }: Cluster,
  resource: Resource,
  project: (object: unknown) => T,
  onTrouble: (message: string) => void,
): Promise<readonly T[]> {
  const found: T[] = [];
  const end = await listAll(connection, {
    resource,
    pageSize,
    notBefore: '0',
    onItem: (item) => found.push(project(item)),
  });
  if (end.is === 'failed') {
    onTrouble(end.message);
  }
  return found;
}

/** Follows until stopped, and reconnects after every lost connection. */
export async function follow(
  cluster: Cluster,
  first: SeenImageSpec,
  onTrouble: (message: string) => void,
): Promise<Follower> {
  let change = Promise.withResolvers<void>();
  const onChange = () => {
    change.resolve();
    change = Promise.withResolvers();
  };
  const resources = resourcesOf(cluster, first);
  const imageSpecs = new Cache({ project: projectImageSpec, onChange });
  const jobs = new Cache({ project: projectJob, onChange });
  const pods = new Cache({ project: projectPod, onChange });
  const reported = new Set<string>();
  const report = (message: string) => {
    if (!reported.has(message)) {
      reported.add(message);
      onTrouble(message);
    }
  };
  const common = {
    connection: cluster.connection,
    clock: systemClock,
    random: Math.random,
    log: (_level: string, message: string) => report(message),
  };
  const reflectors = [
    new Reflector({ ...common, resource: resources.imageSpecs, cache: imageSpecs }),
    new Reflector({ ...common, resource: resources.jobs, cache: jobs }),
    new Reflector({ ...common, resource: resources.pods, cache: pods }),
  ] as const;
  // Reflector timers keep no process alive; this one does.
  const waiting = setInterval(() => undefined, firstListMs);
  for (const reflector of reflectors) {
    reflector.start();
  }
  await Promise.race([
    Promise.all(reflectors.map(({ whenSynced }) => whenSynced)),
    new Promise<void>((resolve) => systemClock.after(firstListMs, resolve)),
  ]);
  return {
    view: () => {
      const [known] = imageSpecs.values();
      const imageSpec = reflectors[0].synced ? known : first;
      return imageSpec?.uid === first.uid
        ? { imageSpec, jobs: [...jobs.values()], pods: [...pods.values()] }
        : undefined;
    },
    changed: () => change.promise,
    stop: () => {
      clearInterval(waiting);
      for (const reflector of reflectors) {
        reflector.stop();
      }
      onChange();
    },
  };
}
