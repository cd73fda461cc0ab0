import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { z } from 'zod';
import type { ImageSpecSpec } from '../../../src/api/imagespec.generated.ts';
import { parseConfig } from '../../../src/config/parse.ts';
import { answerOf } from '../../../src/kubernetes/client/answer.ts';
import { type Connection, type ConnectionOptions, connect } from '../../../src/kubernetes/client/connection.ts';
import { systemClock } from '../../../src/kubernetes/clock.ts';
import { ServerClock } from '../../../src/kubernetes/serverClock.ts';
import { type RunningOperator, startOperator } from '../../../src/reconcile/operator.ts';
import { Door } from './door.ts';
import { type Fault, type WritePoint, Writes } from './fault.ts';
import { LeapingClock } from './leapingClock.ts';
import { RegistryStandIn } from './registry.ts';
import { soon } from './soon.ts';
import { disturbed, faithful, type WatchDisturbance, type WatchLine } from './watchLines.ts';
import type { Seen, World } from './world.ts';

const type = { group: 'imagespec.dev', version: 'v1alpha1', plural: 'imagespecs' } as const;

/** The disturbance of one run; all absent: an undisturbed one. */
export interface Disturbance {
  readonly write?: { readonly at: WritePoint; readonly fault: Fault };
  readonly watch?: WatchDisturbance;
  /** How far the operator's clock is ahead. */
  readonly skewMs?: number;
}

interface Process {
  readonly door: Door;
  readonly operator: RunningOperator;
  readonly clock: LeapingClock;
}

/** Time without a request after which the operator is at rest. */
const quietMs = 400;

/**
 * One story of one ImageSpec in a namespace of its own, with one operator in this process that starts again whenever it
 * dies. API server, Job controller and garbage collector are real; the kubelet and the builder (`play`) and the registry are
 * stand-ins.
 */
export class Run {
  readonly namespace: string;
  readonly writes: Writes;
  readonly registry: RegistryStandIn;
  /** Error and warning lines of the operator's log. */
  readonly log: string[] = [];
  /** An answer for every request, while it lasts. */
  outage: Fault | null = null;
  /** Another path for a list. */
  rewrite: (path: string) => string = (path) => path;
  /** What happens once a build has ended. */
  afterPlay: (job: Seen) => Promise<void> = () => Promise.resolve();
  /** What happens to the lines of watches. */
  watch: WatchLine = faithful;
  readonly #world: World;
  readonly #disturbance: Disturbance;
  #process: Process | null = null;
  #restarting: Promise<void> | null = null;
  #lastRequest = 0;
  #first = '';
  #hurrying: NodeJS.Timeout | undefined;

  private constructor(
    world: World,
    namespace: string,
    registry: RegistryStandIn,
    writes: Writes,
    disturbance: Disturbance,
  ) {
    this.#world = world;
    this.namespace = namespace;
    this.registry = registry;
    this.writes = writes;
    this.#disturbance = disturbance;
    const { watch } = disturbance;
    if (watch !== undefined) {
      this.watch = disturbed(watch, () => {
        writes.met += 1;
        if (watch.fault === 'drop' || watch.fault === 'silence') {
          this.#hurry();
        }
      });
    }
    writes.die = () => this.kill();
  }

  static async begin(world: World, namespace: string, disturbance: Disturbance): Promise<Run> {
    const writes = new Writes(disturbance.write ?? null);
    const registry = await RegistryStandIn.start(writes);
    registry.push('jupyter/minimal-notebook', 'latest', 'base');
    const { metadata } = await world.admin.core.createNamespace({ body: { metadata: { name: namespace } } });
    const run = new Run(world, namespace, registry, writes, disturbance);
    run.#first = metadata?.resourceVersion ?? '';
    run.#process = await run.#start();
    return run;
  }

  /** Versions of the past: before everything, and after each write of the operator to the API server. */
  get versions(): readonly string[] {
    const written = this.writes.applied.flatMap(({ what, version }) =>
      what === 'POST events' || version === null ? [] : [version],
    );
    return [this.#first, ...written];
  }

  /** The process is dead from this moment. Another one starts, as a Deployment would have it. */
  kill(): void {
    const dead = this.#process;
    if (dead === null) {
      return;
    }
    this.#process = null;
    dead.door.shut();
    this.registry.cut();
    this.#restarting = this.#replace(dead);
  }

  async #replace(dead: Process): Promise<void> {
    await dead.operator.stop();
    await dead.door.close();
    // Stands for the fifteen seconds after which the Lease of a dead process expires.
    await answerOf(() =>
      this.#world.admin.coordination.deleteNamespacedLease({
        namespace: this.namespace,
        name: 'imagespec-operator',
      }),
    );
    this.registry.heal();
    this.#process = await this.#start();
  }

  async #start(): Promise<Process> {
    const { skewMs = 0 } = this.#disturbance;
    const clock = new LeapingClock(skewMs);
    const serverClock = new ServerClock(clock);
    const door = await Door.open({
      upstream: this.#world.upstream,
      writes: this.writes,
      rewrite: (path) => this.rewrite(path),
      outage: () => this.outage,
      leapt: () => clock.leapt,
      watch: (line, url, to) => this.watch(line, url, to),
      asked: () => {
        this.#lastRequest = performance.now();
      },
    });
    const config = parseConfig(`
watch: {namespaces: ["${this.namespace}"]}
images: {operator: "example.com/operator:1", kaniko: "example.com/kaniko:1"}
jupyterHub: {probe: {mode: Disabled}}
output: {repositoryTemplate: "${this.registry.host}/imagespecs/{namespace}/{name}"}
registries:
  mirrors: [{host: docker.io, mirror: "${this.registry.host}"}]
  insecure: ["${this.registry.host}"]
`);
    if (!config.ok) {
      throw new Error(config.failure);
    }
    const operator = await startOperator({
      config: config.value,
      connection: await connectThrough(door, {
        timeoutMs: 1_500,
        heard: (date, tookMs) => serverClock.learn(date, tookMs),
      }),
      leaseConnection: await connectThrough(door, { timeoutMs: 1_500 }),
      clock: serverClock,
      leaseClock: systemClock,
      log: (level, message, fields) => {
        if (level === 'error' || level === 'warn') {
          this.log.push(`${level} ${message} ${JSON.stringify(fields)}`);
        }
      },
      namespace: this.namespace,
      instance: 'test',
      health: { host: '127.0.0.1', port: 0 },
      lost: () => {
        this.log.push('error the Lease was lost');
        // A process that is dead already loses nothing.
        if (this.#process?.door === door) {
          this.kill();
        }
      },
    });
    return { door, operator, clock };
  }

  create(name: string, spec: ImageSpecSpec): Promise<unknown> {
    const body = { apiVersion: 'imagespec.dev/v1alpha1', kind: 'ImageSpec', metadata: { name }, spec };
    return this.#world.admin.customObjects.createNamespacedCustomObject({ ...type, namespace: this.namespace, body });
  }

  edit(name: string, spec: ImageSpecSpec): Promise<unknown> {
    return this.#world.admin.customObjects.patchNamespacedCustomObject(
      { ...type, namespace: this.namespace, name, body: { spec } },
      setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
    );
  }

  delete(name: string, propagationPolicy: 'Background' | 'Foreground'): Promise<unknown> {
    const { namespace } = this;
    return this.#world.admin.customObjects.deleteNamespacedCustomObject({
      ...type,
      namespace,
      name,
      propagationPolicy,
    });
  }

  imageSpec(name: string): Seen | undefined {
    return this.#world.imageSpecs.get(`${this.namespace}/${name}`);
  }

  /** The Jobs of an ImageSpec that stay, oldest first. */
  jobs(owner: string): readonly Seen[] {
    return [...this.#world.jobs.values()]
      .filter(({ metadata }) => metadata.namespace === this.namespace)
      .filter(({ metadata }) => metadata.ownerReferences.some(({ uid }) => uid === owner))
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .toSorted((one, other) => Number(one.metadata.resourceVersion) - Number(other.metadata.resourceVersion));
  }

  /** All Jobs and Pods of the namespace, also those under deletion. */
  left(): readonly string[] {
    return [this.#world.jobs, this.#world.pods].flatMap((cache) =>
      [...cache.keys()].filter((key) => key.startsWith(`${this.namespace}/`)),
    );
  }

  /** Waits until the Job controller has seen the end of a Job's Pod. */
  async ends({ metadata: { namespace, name } }: Seen): Promise<void> {
    await soon(`${namespace}/${name} is complete`, () =>
      (this.#world.jobs.get(`${namespace}/${name}`)?.status.conditions ?? []).some(({ type }) => type === 'Complete'),
    );
  }

  /** Whether a Job or Pod with this UID is there, be it under deletion. */
  has(uid: string): boolean {
    return [...this.#world.jobs.values(), ...this.#world.pods.values()].some(({ metadata }) => metadata.uid === uid);
  }

  /** Waits for the only Job that stays, for its Pod, and for the status that names it. */
  async building(name: string): Promise<{ readonly job: Seen; readonly pod: Seen }> {
    let found: { readonly job: Seen; readonly pod: Seen } | undefined;
    await soon(`${this.namespace}: a Job with a Pod for ${name}`, () => {
      const { metadata, status } = this.imageSpec(name) ?? {};
      const build = z.object({ jobUID: z.string().optional() }).safeParse(status?.['build']).data;
      const job = this.jobs(metadata?.uid ?? '').find(({ metadata: { uid } }) => uid === build?.jobUID);
      const pod = [...this.#world.pods.values()].find(({ metadata: { ownerReferences } }) =>
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
    await this.#world.admin.core.patchNamespacedPodStatus(
      { namespace: this.namespace, name, body: { status } },
      setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
    );
  }

  /** Stands in for the scheduler: a Pod gets a node, which there is not. */
  async bind({ metadata: { name } }: Seen): Promise<void> {
    const target = { apiVersion: 'v1', kind: 'Node', name: 'stand-in' };
    await this.#world.admin.core.createNamespacedPodBinding({
      namespace: this.namespace,
      name,
      body: { metadata: { name }, target },
    });
  }

  async deletePod({ metadata: { name } }: Seen, gracePeriodSeconds: number): Promise<void> {
    await this.#world.admin.core.deleteNamespacedPod({ namespace: this.namespace, name, gracePeriodSeconds });
  }

  /** Waits for a status of the newest generation with this reason, a moving tag in its place, and an operator at rest. */
  async settled(name: string, reason: string): Promise<void> {
    try {
      await soon(`${this.namespace}: ${name} is ${reason}`, () => {
        const seen = this.imageSpec(name);
        const has = (wanted: string) => seen?.status.conditions.find(({ type }) => type === wanted);
        return isObserved(seen) && has('Ready')?.['reason'] === reason && has('Tagged')?.['status'] === 'True';
      });
    } catch (error) {
      const status = JSON.stringify(this.imageSpec(name)?.status);
      throw new Error(`${this.log.slice(-10).join('\n')}\n${status}`, { cause: error });
    }
    await this.quiet();
  }

  /** Waits until a living operator asks and writes nothing more. */
  async quiet(): Promise<void> {
    await soon(`${this.namespace}: the operator is at rest`, async () => {
      await this.#restarting;
      const door = this.#process?.door;
      return door?.busy === 0 && door.leads === 'yes' && performance.now() - this.#lastRequest > quietMs;
    });
  }

  /** Lets the operator's time pass, and waits until it rests. */
  async later(milliseconds: number): Promise<void> {
    await this.#restarting;
    this.#lastRequest = performance.now();
    this.#process?.clock.leap(milliseconds);
    await this.quiet();
  }

  /** Waits until what is under deletion is gone. */
  async untilDeleted(): Promise<void> {
    await soon(`${this.namespace}: what is deleted is gone`, () => {
      const all = [...this.#world.jobs.values(), ...this.#world.pods.values()];
      return all.every(
        ({ metadata }) => metadata.namespace !== this.namespace || metadata.deletionTimestamp === undefined,
      );
    });
  }

  /** A lost event is found by the next list only, after ten minutes and more: they pass in a few seconds. */
  #hurry(): void {
    let minutes = 0;
    this.#hurrying = setInterval(() => {
      minutes += 1;
      this.#process?.clock.leap(60_000);
      if (minutes === 13) {
        clearInterval(this.#hurrying);
      }
    }, 400);
  }

  async end(): Promise<void> {
    clearInterval(this.#hurrying);
    await this.#restarting;
    await this.#process?.operator.stop();
    await this.#process?.door.close();
    await this.registry.stop();
  }
}

const templateSchema = z.object({
  template: z.object({
    spec: z.object({ containers: z.tuple([z.object({ args: z.array(z.string()) })]).rest(z.unknown()) }),
  }),
});

function isObserved(seen: Seen | undefined): boolean {
  return seen !== undefined && seen.status['observedGeneration'] === seen.metadata.generation;
}

async function connectThrough(
  door: Door,
  options: Pick<ConnectionOptions, 'timeoutMs' | 'heard'>,
): Promise<Connection> {
  const folder = await mkdtemp(join(tmpdir(), 'door-'));
  try {
    const path = join(folder, 'kubeconfig');
    await writeFile(path, door.kubeconfig);
    return connect({ is: 'kubeconfig', path }, { userAgent: 'test', ...options });
  } finally {
    await rm(folder, { recursive: true });
  }
}
