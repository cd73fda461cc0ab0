import { randomUUID } from 'node:crypto';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { group, kind, version } from '../api/names.ts';
import { allowedRegistries, internalHosts } from '../config/registryHosts.ts';
import type { Config } from '../config/schema.ts';
import { outputOf } from '../imagespec/resolveSpec.ts';
import type { Connection } from '../kubernetes/client/connection.ts';
import { EventWriter } from '../kubernetes/client/events.ts';
import type { Clock } from '../kubernetes/clock.ts';
import { LeaderElection } from '../kubernetes/lease.ts';
import type { Log } from '../kubernetes/log.ts';
import type { Self } from '../lifecycle/model/observation.ts';
import { type EventNote, eventsFor, unwritableStatus } from '../lifecycle/status/eventsFor.ts';
import { createNetwork } from '../registry/http/network.ts';
import { observed } from '../registry/http/observed.ts';
import { createRegistry } from '../registry/registry.ts';
import { watchEventLoop } from '../telemetry/eventLoop.ts';
import { startHealthServer } from '../telemetry/health.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { Controller } from './controller.ts';
import { Publisher, publishPace } from './publish/publisher.ts';
import { publishMetrics } from './publish/publishMetrics.ts';
import { beginCounters, countBuilds } from './report/buildMetrics.ts';
import { apiMetrics, lookupMetrics, queueMetrics, registryMetrics, stepMetrics } from './report/costMetrics.ts';
import { countNews, fleetOf, showFleet, showWatches } from './report/fleetMetrics.ts';
import { metricDefinitions } from './report/metrics.ts';
import { logNews } from './report/newsLog.ts';
import { follow } from './watched/caches.ts';
import type { OutputOf } from './watched/outputs.ts';

/** Whether the operator works with the file of its configuration as it is now. */
export interface ConfigState {
  /** False: the file was changed to one that is not accepted. */
  isCurrent: boolean;
}

export interface OperatorOptions {
  readonly config: Config;
  readonly configState: Readonly<ConfigState>;
  readonly connection: Connection;
  /** Connection for the Lease alone. Its time-out is shorter than the renewal, so no load or hung call costs the lead. */
  readonly leaseConnection: Connection;
  readonly clock: Clock;
  /** The Lease's own: where a test lets an hour pass suddenly, the lead is not lost. */
  readonly leaseClock: Clock;
  readonly log: Log;
  /** Namespace of the Lease. */
  readonly namespace: string;
  /** Name of the Lease: operators beside each other in one namespace have one each. */
  readonly leaseName: string;
  /** Name of this instance, usually the Pod's. */
  readonly instance: string;
  readonly health: { readonly host: string; readonly port: number };
  /** Called when this process loses the lead: it must end immediately. */
  readonly lost: () => void;
}

export interface RunningOperator {
  /** Port of /healthz, /readyz and /metrics. */
  readonly healthPort: number;
  /** Takes no new work, finishes running passes, sends Events and releases the Lease, in this order. */
  readonly stop: () => Promise<void>;
}

/** Liveness fails once a watch is silent this long: the watch is dead in a way that the reflector does not detect. */
const silenceMs = 300_000;
const workers = 16;
const passDeadlineMs = 10_000;
const registryTimeoutMs = 30_000;

/** What the process trusts: the certificates of Node.js, and the bundle of the configuration. Another one replaces that. */
const trusted = { own: getCACertificates('default'), bundle: '' };

function trust(bundle: string): void {
  if (bundle !== trusted.bundle) {
    setDefaultCACertificates(bundle === '' ? trusted.own : [...trusted.own, bundle]);
    trusted.bundle = bundle;
  }
}

/** Starts the operator. A process without the lead follows the cluster too, so that it can take over immediately. */
export async function startOperator(options: OperatorOptions): Promise<RunningOperator> {
  const { config, connection, clock, log } = options;
  trust(config.caBundle);
  const metrics = createMetrics(metricDefinitions);
  beginCounters(metrics);
  connection.observe(apiMetrics(metrics));
  options.leaseConnection.observe(apiMetrics(metrics));
  const eventLoop = watchEventLoop();
  const events = new EventWriter({
    connection,
    reportingController: `${group}/operator`,
    reportingInstance: options.instance,
    clock,
    log,
    dropped: () => metrics.increment('eventsDropped', {}),
  });
  const network = createNetwork({
    internalHosts: internalHosts(config),
    privateAddresses: config.registries.privateAddresses,
  });
  const registry = createRegistry({
    fetch: observed(network.fetch, registryMetrics(metrics, config)),
    clock,
    log,
    requestTimeoutMs: registryTimeoutMs,
    insecureHosts: config.registries.insecure,
    mirrors: config.registries.mirrors,
    allowed: allowedRegistries(config),
    observeLookup: lookupMetrics(metrics),
  });
  const controller = new Controller({
    sources: { connection, registry, secretLabels: config.policy.secretLabels },
    config,
    clock,
    log,
    workers,
    published: (key) => publisher.published(key),
    queued: ({ builds, launches, questions }) => {
      metrics.replace('buildsQueued', [{ labels: {}, value: builds }]);
      metrics.replace('launchesQueued', [{ labels: {}, value: launches }]);
      metrics.replace('questionsQueued', [
        { labels: { to: 'registries' }, value: questions.registries },
        { labels: { to: 'cluster' }, value: questions.cluster },
      ]);
    },
    passes: queueMetrics(metrics),
    stepped: stepMetrics(metrics),
    mayAct: () => election.leading,
    failed: (effect, outcome) => {
      metrics.increment('failedEffects', { effect: effect.do, outcome: outcome.is });
      if (effect.do === 'writeStatus' && outcome.is === 'refused') {
        sendEvent(events, effect.self, unwritableStatus(outcome.message));
      }
    },
    passFailed: () => metrics.increment('passErrors', {}),
    wrote: (effect) => {
      const { self, before, status } = effect;
      const notes = eventsFor(before, status);
      for (const note of notes) {
        sendEvent(events, self, note);
      }
      logNews(log, effect, notes);
      countBuilds(metrics, before, status);
      countNews(metrics, before, status);
    },
  });
  const publisher = new Publisher({
    connection,
    settings: config.jupyterHub,
    clock,
    log,
    pace: publishPace,
    mayAct: () => election.leading,
    changed: (key) => controller.add(key),
    observe: publishMetrics(metrics, log),
  });
  const outputIn: OutputOf = ({ self: { namespace, name }, spec }) => outputOf({ namespace, name, spec }, config);
  const following = follow(connection, clock, log, config.watch.namespaces, outputIn, (key) => {
    controller.add(key);
    publisher.look(key);
  });
  const complete = following.start();
  let stopping = false;
  const election = new LeaderElection({
    connection: options.leaseConnection,
    namespace: options.namespace,
    name: options.leaseName,
    identity: `${options.instance}_${randomUUID()}`,
    clock: options.leaseClock,
    random: Math.random,
    log,
    onAcquired: () => {
      void complete.then(() => {
        if (!stopping) {
          log('info', 'leading', { imageSpecs: following.caches.imageSpecs.size });
          controller.start(following.caches);
          publisher.start(following.caches);
        }
      });
    },
    onLost: options.lost,
  });
  const health = await startHealthServer({
    ...options.health,
    liveness: {
      watches: () =>
        following.reflectors.some(({ synced, lastActivity }) => synced && clock.elapsed() - lastActivity > silenceMs)
          ? 'a watch has been silent for five minutes'
          : undefined,
    },
    readiness: {
      stopping: () => (stopping ? 'stopping' : undefined),
      caches: () =>
        following.reflectors.every(({ synced }) => synced) ? undefined : 'the caches are not complete yet',
    },
    scrape: () => {
      metrics.replace('eventLoopDelay', [{ labels: {}, value: eventLoop.longestDelay() }]);
      showFleet(metrics, election.leading ? fleetOf(following.caches.imageSpecs.values(), clock.now()) : null);
      metrics.replace('configCurrent', [{ labels: {}, value: options.configState.isCurrent ? 1 : 0 }]);
      showWatches(metrics, following.reflectors, clock.elapsed());
      return metrics.scrape();
    },
  });
  election.start();
  return {
    healthPort: health.port,
    stop: async () => {
      stopping = true;
      await Promise.all([controller.stop(passDeadlineMs), publisher.stop(passDeadlineMs)]);
      following.stop();
      await events.flush(passDeadlineMs);
      await election.release();
      await health.close();
      eventLoop.stop();
      await Promise.all([connection.close(), options.leaseConnection.close(), network.close()]);
    },
  };
}

function sendEvent(events: EventWriter, { namespace, name, uid }: Self, { type, reason, message }: EventNote): void {
  events.write({
    regarding: { apiVersion: `${group}/${version}`, kind, namespace, name, uid },
    type,
    reason,
    action: 'Reconcile',
    note: message,
  });
}
