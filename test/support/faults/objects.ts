import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { z } from 'zod';
import type { ImageSpecSpec } from '../../../src/api/imagespec.generated.ts';
import { typed } from '../apiserver/typed.ts';
import type { RegistryStandIn } from './registry.ts';
import { soon } from './soon.ts';
import type { Seen, World } from './world.ts';

const type = { group: 'imagespec.dev', version: 'v1alpha1', plural: 'imagespecs' } as const;

/**
 * The objects of one namespace, and what people and a node do to them. Scheduler, kubelet and builder are stand-ins: the
 * methods that play them say so.
 */
export class Objects {
  readonly world: World;
  readonly namespace: string;
  readonly registry: RegistryStandIn;
  /** What happens once a build has ended. */
  afterPlay: (job: Seen) => Promise<void> = () => Promise.resolve();

  constructor(world: World, namespace: string, registry: RegistryStandIn) {
    this.world = world;
    this.namespace = namespace;
    this.registry = registry;
  }

  create(name: string, spec: ImageSpecSpec): Promise<unknown> {
    const body = { apiVersion: 'imagespec.dev/v1alpha1', kind: 'ImageSpec', metadata: { name }, spec };
    return typed(this.world.admin).customObjects.createNamespacedCustomObject({
      ...type,
      namespace: this.namespace,
      body,
    });
  }

  edit(name: string, spec: ImageSpecSpec): Promise<unknown> {
    return typed(this.world.admin).customObjects.patchNamespacedCustomObject(
      { ...type, namespace: this.namespace, name, body: { spec } },
      setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
    );
  }

  /** Puts another spec in place of the whole. */
  replace(name: string, spec: ImageSpecSpec): Promise<unknown> {
    return typed(this.world.admin).customObjects.patchNamespacedCustomObject(
      { ...type, namespace: this.namespace, name, body: [{ op: 'replace', path: '/spec', value: spec }] },
      setHeaderOptions('Content-Type', PatchStrategy.JsonPatch),
    );
  }

  delete(name: string, propagationPolicy: 'Background' | 'Foreground'): Promise<unknown> {
    const { namespace } = this;
    return typed(this.world.admin).customObjects.deleteNamespacedCustomObject({
      ...type,
      namespace,
      name,
      propagationPolicy,
    });
  }

  imageSpec(name: string): Seen | undefined {
    return this.world.imageSpecs.get(`${this.namespace}/${name}`);
  }

  /** The Jobs of an ImageSpec that stay, oldest first. */
  jobs(owner: string): readonly Seen[] {
    return [...this.world.jobs.values()]
      .filter(({ metadata }) => metadata.namespace === this.namespace)
      .filter(({ metadata }) => metadata.ownerReferences.some(({ uid }) => uid === owner))
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .toSorted((one, other) => Number(one.metadata.resourceVersion) - Number(other.metadata.resourceVersion));
  }

  /** All Jobs and Pods of the namespace, also those under deletion. */
  left(): readonly string[] {
    return [this.world.jobs, this.world.pods].flatMap((cache) =>
      [...cache.keys()].filter((key) => key.startsWith(`${this.namespace}/`)),
    );
  }

  /** Waits until the Job controller has seen the end of a Job's Pod. */
  async ends({ metadata: { namespace, name } }: Seen): Promise<void> {
    await soon(`${namespace}/${name} is complete`, () =>
      (this.world.jobs.get(`${namespace}/${name}`)?.status.conditions ?? []).some(({ type }) => type === 'Complete'),
    );
  }

  /** Whether a Job or Pod with this UID is there, be it under deletion. */
  has(uid: string): boolean {
    return [...this.world.jobs.values(), ...this.world.pods.values()].some(({ metadata }) => metadata.uid === uid);
  }

  /** Whether the Job controller has made the Pod of each Job that goes on. */
  hasPods(): boolean {
    const owners = new Set(
      [...this.world.pods.values()].flatMap(({ metadata }) => metadata.ownerReferences.map(({ uid }) => uid)),
    );
    return [...this.world.jobs.values()]
      .filter(({ metadata }) => metadata.namespace === this.namespace && metadata.deletionTimestamp === undefined)
      .every(({ metadata, status }) => owners.has(metadata.uid) || status.conditions.length > 0);
  }

  /** Waits for the only Job that stays, for its Pod, and for the status that names it. */
  async building(name: string): Promise<{ readonly job: Seen; readonly pod: Seen }> {
    let found: { readonly job: Seen; readonly pod: Seen } | undefined;
    await soon(`${this.namespace}: a Job with a Pod for ${name}`, () => {
      const { metadata, status } = this.imageSpec(name) ?? {};
      const build = z.object({ jobUID: z.string().optional() }).safeParse(status?.['build']).data;
      const job = this.jobs(metadata?.uid ?? '').find(({ metadata: { uid } }) => uid === build?.jobUID);
      const pod = [...this.world.pods.values()].find(({ metadata: { ownerReferences } }) =>
        ownerReferences.some(({ uid }) => uid === job?.metadata.uid),
      );
      found = job === undefined || pod === undefined ? undefined : { job, pod };
      return found !== undefined && isObserved(this.imageSpec(name));
    });
    if (found === undefined) {
      throw new Error('until() has waited for it');
    }
    return found;
  }

  /** Stands in for the kubelet and the builder: pushes the image, and the Pod ends with its digest. */
  async play({ job, pod }: { readonly job: Seen; readonly pod: Seen }, content: string): Promise<void> {
    const args = templateSchema.parse(job.spec).template.spec.containers[0].args;
    const target = args[args.indexOf('--destination') + 1] ?? '';
    const colon = target.lastIndexOf(':');
    const repository = target.slice(0, colon);
    const path = repository.slice(this.registry.host.length + 1);
    const digest = this.registry.push(path, target.slice(colon + 1), content);
    const container = (name: string, message: string) => ({
      name,
      state: {
        terminated: { exitCode: 0, message, reason: 'Completed', finishedAt: new Date().toISOString() },
      },
      image: 'x',
      imageID: '',
      ready: false,
      restartCount: 0,
    });
    await this.setPod(pod, {
      phase: 'Succeeded',
      initContainerStatuses: [container('build', '')],
      containerStatuses: [container('push', `${repository}@${digest}`)],
    });
    await this.afterPlay(job);
  }

  /** Stands in for scheduler and kubelet: writes the status of a Pod. */
  async setPod({ metadata: { name } }: Seen, status: object): Promise<void> {
    await typed(this.world.admin).core.patchNamespacedPodStatus(
      { namespace: this.namespace, name, body: { status } },
      setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
    );
  }

  /** Stands in for the scheduler: a Pod gets a node, which there is not. */
  async bind({ metadata: { name } }: Seen): Promise<void> {
    const target = { apiVersion: 'v1', kind: 'Node', name: 'stand-in' };
    await typed(this.world.admin).core.createNamespacedPodBinding({
      namespace: this.namespace,
      name,
      body: { metadata: { name }, target },
    });
  }

  async deletePod({ metadata: { name } }: Seen, gracePeriodSeconds: number): Promise<void> {
    await typed(this.world.admin).core.deleteNamespacedPod({ namespace: this.namespace, name, gracePeriodSeconds });
  }

  /** Waits until what is under deletion is gone. */
  async untilDeleted(): Promise<void> {
    await soon(`${this.namespace}: what is deleted is gone`, () => {
      const all = [...this.world.jobs.values(), ...this.world.pods.values()];
      return all.every(
        ({ metadata }) => metadata.namespace !== this.namespace || metadata.deletionTimestamp === undefined,
      );
    });
  }
}

const templateSchema = z.object({
  template: z.object({
    spec: z.object({ containers: z.tuple([z.object({ args: z.array(z.string()) })]).rest(z.unknown()) }),
  }),
});

/** Whether the status is about the newest generation. */
export function isObserved(seen: Seen | undefined): boolean {
  return seen !== undefined && seen.status['observedGeneration'] === seen.metadata.generation;
}
