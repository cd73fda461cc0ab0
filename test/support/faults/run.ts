import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { answerOf } from '../../../src/kubernetes/client/answer.ts';
import { type Connection, type ConnectionOptions, connect } from '../../../src/kubernetes/client/connection.ts';
import { systemClock } from '../../../src/kubernetes/clock.ts';
import { ServerClock } from '../../../src/kubernetes/serverClock.ts';
import { type RunningOperator, startOperator } from '../../../src/reconcile/operator.ts';
import { typed } from '../apiserver/typed.ts';
import { configOf } from '../reconciler.ts';
import { Door } from './door.ts';
import { type Fault, type WritePoint, Writes } from './fault.ts';
import { LeapingClock } from './leapingClock.ts';
import { isObserved, Objects } from './objects.ts';
import { RegistryStandIn } from './registry.ts';
import { soon } from './soon.ts';
import { disturbed, faithful, type WatchDisturbance, type WatchLine } from './watchLines.ts';
import type { World } from './world.ts';

/** The disturbance of one run; all absent: an undisturbed one. */
export interface Disturbance {
  readonly write?: { readonly at: WritePoint; readonly fault: Fault };
  readonly watch?: WatchDisturbance;
  /** What happens before the operator starts. */
  readonly before?: (run: Run) => Promise<void>;
  /** How far the operator's clock is ahead. */
  readonly skewMs?: number;
  /** More settings of the operator, as YAML. */
  readonly settings?: string;
  /** Seconds within which the operator comes to rest; absent: those for one ImageSpec. */
  readonly restSeconds?: number;
}

interface Process {
  readonly door: Door;
  readonly operator: RunningOperator;
  readonly clock: LeapingClock;
}

/** ImageSpecs, Jobs and Pods. */
const watchedTypes = 3;

/** Time without a request after which the operator is at rest. */
const quietMs = 400;
/** The same before its time leaps: a request that a busy machine has not sent yet would meet its deadline in the leap. */
const quietBeforeLeapMs = 1_500;
/** Longer than a busy API server takes. */
const timeoutMs = 3_000;

/**
 * One story of one ImageSpec in a namespace of its own. One operator in this process starts again whenever it dies. API
 * server, Job controller and garbage collector are real; the kubelet and the builder (`play`) and the registry are
 * stand-ins.
 */
export class Run extends Objects {
  readonly writes: Writes;
  /** Error and warning lines of the operator's log. */
  readonly log: string[] = [];
  /** An answer for every request, while it lasts. */
  outage: Fault | null = null;
  /** Another path for a list. */
  rewrite: (path: string) => string = (path) => path;
  /** What happens to the lines of watches. */
  watch: WatchLine = faithful;
  readonly #disturbance: Disturbance;
  #process: Process | null = null;
  #restarting: Promise<void> | null = null;
  #lastRequest = 0;
  #first = '';
  #state: 'going' | 'ended' = 'going';

  private constructor(
    world: World,
    namespace: string,
    registry: RegistryStandIn,
    writes: Writes,
    disturbance: Disturbance,
  ) {
    super(world, namespace, registry);
    this.writes = writes;
    this.#disturbance = disturbance;
    const { watch } = disturbance;
    if (watch !== undefined) {
      this.watch = disturbed(watch, () => {
        writes.met += 1;
        if (watch.fault === 'drop' || watch.fault === 'silence' || watch.fault === 'reorder') {
          void this.#hurry();
        }
      });
    }
    writes.die = () => this.kill();
    registry.asked = () => {
      this.#lastRequest = performance.now();
    };
  }

  static async begin(world: World, namespace: string, disturbance: Disturbance): Promise<Run> {
    const writes = new Writes(disturbance.write ?? null);
    const registry = await RegistryStandIn.start(writes);
    registry.push('jupyter/minimal-notebook', 'latest', 'base');
    const { metadata } = await typed(world.admin).core.createNamespace({ body: { metadata: { name: namespace } } });
    const run = new Run(world, namespace, registry, writes, disturbance);
    run.#first = metadata?.resourceVersion ?? '';
    await disturbance.before?.(run);
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
      typed(this.world.admin).coordination.deleteNamespacedLease({
        namespace: this.namespace,
        name: 'imagespec-operator',
      }),
    );
    this.registry.heal();
    this.#process = await this.#start();
  }

  /** Limit of a build: short enough for a wrong clock to matter, and longer than what passes in a leap while builds run. */
  get timeoutSeconds(): number {
    return this.#disturbance.watch === undefined ? 300 : 3600;
  }

  /** The operator's configuration. */
  get settings(): string {
    const { host } = this.registry;
    return `
watch: {namespaces: ["${this.namespace}"]}
images: {operator: "example.com/operator:1", kaniko: "example.com/kaniko:1"}
jupyterHub: {probe: {mode: Disabled}}
output: {repositoryTemplate: "${host}/imagespecs/{namespace}/{name}"}
registries:
  mirrors: [{host: docker.io, mirror: "${host}"}]
  insecure: ["${host}"]
${this.#disturbance.settings ?? ''}
`;
  }

  async #start(): Promise<Process> {
    const { skewMs = 0 } = this.#disturbance;
    const clock = new LeapingClock(skewMs);
    const serverClock = new ServerClock(clock);
    const door = await Door.open({
      upstream: this.world.upstream,
      writes: this.writes,
      rewrite: (path) => this.rewrite(path),
      outage: () => this.outage,
      leapt: () => clock.leapt,
      watch: (line, url, to) => this.watch(line, url, to),
      asked: () => {
        this.#lastRequest = performance.now();
      },
    });
    const operator = await startOperator({
      config: configOf(this.settings),
      connection: await connectThrough(door, {
        timeoutMs,
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
      configState: { isCurrent: true },
      leaseName: 'imagespec-operator',
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

  /**
   * Waits for a status of the newest generation with this reason. The moving tag is then in its place, and the operator at
   * rest.
   */
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
    const isAtRest = async () => {
      await this.#restarting;
      return this.#isAtRest(quietMs);
    };
    await soon(`${this.namespace}: the operator is at rest`, isAtRest, this.#disturbance.restSeconds);
  }

  #isAtRest(forMs: number): boolean {
    const door = this.#process?.door;
    return (
      door?.busy === 0 &&
      door.leads === 'yes' &&
      door.watches >= watchedTypes &&
      this.registry.busy === 0 &&
      performance.now() - this.#lastRequest > forMs
    );
  }

  /** Lets the operator's time pass, and waits until it rests. */
  async later(milliseconds: number): Promise<void> {
    await this.#restarting;
    this.#lastRequest = performance.now();
    this.#process?.clock.leap(milliseconds);
    await this.quiet();
  }

  /**
   * The next list finds a lost event, at most eleven minutes after the last one. The operator leaves a silent watch after half a
   * minute. Both pass in one leap. Only the operator's time passes, so it must not be the cluster's or a registry's turn.
   */
  async #hurry(): Promise<void> {
    while (this.#state === 'going') {
      if (this.#isAtRest(quietBeforeLeapMs) && this.hasPods()) {
        this.#process?.clock.leap(12 * 60_000);
        return;
      }
      await pause(100);
    }
  }

  async end(): Promise<void> {
    this.#state = 'ended';
    await this.#restarting;
    await this.#process?.operator.stop();
    await this.#process?.door.close();
    await this.registry.stop();
  }
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
