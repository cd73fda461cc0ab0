import { group, labels, manager, plural, version } from '../../api/names.ts';
import type { Connection } from '../../kubernetes/client/connection.ts';
import type { Clock } from '../../kubernetes/clock.ts';
import type { Log } from '../../kubernetes/log.ts';
import { keyOf, splitKey } from '../../kubernetes/object.ts';
import { Cache } from '../../kubernetes/watch/cache.ts';
import { Reflector } from '../../kubernetes/watch/reflector.ts';
import { childIndex, namespaceOf } from './children.ts';
import { concernedByOutput, type OutputOf, outputIndex } from './outputs.ts';
import {
  projectImageSpec,
  projectJob,
  projectPod,
  type SeenImageSpec,
  type SeenJob,
  type SeenPod,
} from './projections.ts';
import { concernedByPushSecret, secretIndexes } from './pushSecrets.ts';

/** The known state of the cluster, as small projections. */
export interface Caches {
  readonly imageSpecs: Cache<SeenImageSpec>;
  readonly jobs: Cache<SeenJob>;
  readonly pods: Cache<SeenPod>;
}

/** The caches and the watches that keep them current. */
export interface Following {
  readonly caches: Caches;
  readonly reflectors: readonly Pick<Reflector<unknown>, 'what' | 'synced' | 'lastActivity'>[];
  /** Starts the watches, and resolves once every cache is complete. */
  readonly start: () => Promise<void>;
  readonly stop: () => void;
}

/** Follows ImageSpecs, and the Jobs and Pods with the operator's label. `changed` gets the key of each affected ImageSpec. */
export function follow(
  connection: Connection,
  clock: Clock,
  log: Log,
  /** The served namespaces; an empty list means all. */
  namespaces: readonly string[],
  outputOf: OutputOf,
  changed: (key: string) => void,
): Following {
  const keys = new Map<string, string>();
  const byOwner = (child: SeenJob | SeenPod | undefined): void => {
    const key = child === undefined ? undefined : keys.get(child.owner);
    // An object of another namespace is no child, even if it names this ImageSpec as its owner.
    if (child !== undefined && key !== undefined && splitKey(key).namespace === namespaceOf(child)) {
      changed(key);
    }
  };
  const report = (what: string) => (problem: { readonly error: unknown }) => {
    log('warn', `a ${what} cannot be read and is skipped`, { error: String(problem.error) });
  };
  const imageSpecs = new Cache<SeenImageSpec>({
    project: projectImageSpec,
    indexOf: (seen) => {
      const { self, spec } = seen;
      const output = outputOf(seen);
      return [
        ...(spec.baseImageSpecRef === undefined ? [] : [keyOf(self.namespace, spec.baseImageSpecRef.name)]),
        ...(output === null ? [] : [outputIndex(output)]),
        ...secretIndexes(seen),
      ];
    },
    onChange: ({ key, before, after }) => {
      if (before !== undefined && before.self.uid !== after?.self.uid) {
        keys.delete(before.self.uid);
      }
      if (after !== undefined) {
        keys.set(after.self.uid, key);
      }
      changed(key);
      // All ImageSpecs that build on this one, directly or indirectly: a cycle affects each of them.
      for (const { self } of isNewsForDependents(before, after) ? imageSpecs.byIndex(key) : []) {
        changed(keyOf(self.namespace, self.name));
      }
      const pulling = concernedByPushSecret(before, after, (value) => imageSpecs.byIndex(value));
      for (const { self } of [...waitingForOutput(before, after), ...pulling]) {
        changed(keyOf(self.namespace, self.name));
      }
    },
    onProblem: report('ImageSpec'),
  });
  /** The ImageSpecs whose moving tag changes its holder with this change. */
  const waitingForOutput = (before: SeenImageSpec | undefined, after: SeenImageSpec | undefined) => {
    const [old, now] = [wanted(before), wanted(after)];
    return old?.output === now?.output
      ? []
      : [old, now].flatMap((one) =>
          one === undefined ? [] : concernedByOutput(one.seen, one.output, (value) => imageSpecs.byIndex(value)),
        );
  };
  /** The moving tag that an ImageSpec reserves; an ImageSpec under deletion reserves none. */
  const wanted = (seen: SeenImageSpec | undefined) => {
    const output = seen === undefined || seen.deleting ? null : outputOf(seen);
    return seen === undefined || output === null ? undefined : { seen, output };
  };
  const jobs = new Cache<SeenJob>({
    project: projectJob,
    indexOf: (job) => [childIndex(namespaceOf(job), job.owner)],
    onChange: ({ before, after }) => byOwner(after ?? before),
    onProblem: report('Job'),
  });
  const pods = new Cache<SeenPod>({
    project: projectPod,
    indexOf: (seen) => [childIndex(namespaceOf(seen), seen.is === 'build' ? seen.job : seen.owner)],
    onChange: ({ before, after }) => byOwner(after ?? before),
    onProblem: report('Pod'),
  });
  const common = { connection, clock, random: Math.random, log };
  const ours = `${labels.managedBy}=${manager}`;
  const scopes: readonly (string | null)[] = namespaces.length === 0 ? [null] : namespaces;
  const reflectors = scopes.flatMap((namespace) => {
    const resource = (api: string, name: string) =>
      namespace === null ? { path: `${api}/${name}` } : { path: `${api}/namespaces/${namespace}/${name}`, namespace };
    return [
      new Reflector({
        ...common,
        cache: jobs,
        resource: { ...resource('/apis/batch/v1', 'jobs'), labelSelector: ours },
      }),
      new Reflector({ ...common, cache: pods, resource: { ...resource('/api/v1', 'pods'), labelSelector: ours } }),
      new Reflector({ ...common, cache: imageSpecs, resource: resource(`/apis/${group}/${version}`, plural) }),
    ];
  });
  return {
    caches: { imageSpecs, jobs, pods },
    reflectors,
    start: async () => {
      for (const reflector of reflectors) {
        reflector.start();
      }
      await Promise.all(reflectors.map(({ whenSynced }) => whenSynced));
    },
    stop: () => {
      for (const reflector of reflectors) {
        reflector.stop();
      }
    },
  };
}

/** Whether an ImageSpec that builds on this one sees a difference. */
function isNewsForDependents(before: SeenImageSpec | undefined, after: SeenImageSpec | undefined): boolean {
  return (
    before?.status.image !== after?.status.image ||
    before?.spec.baseImageSpecRef?.name !== after?.spec.baseImageSpecRef?.name ||
    (before === undefined) !== (after === undefined)
  );
}
