import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from '@prometheus-io/client';

interface Described {
  /** Name by Prometheus' conventions: snake case, base unit at the end, counters in `_total`. */
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
}

/** A metric as data, so that program and documentation share one text. */
export type MetricDefinition =
  | (Described & { readonly type: 'counter' })
  | (Described & { readonly type: 'gauge' })
  /** Upper bounds of the buckets, in the name's unit. */
  | (Described & { readonly type: 'histogram'; readonly buckets: readonly number[] });

type Definitions = Readonly<Record<string, MetricDefinition>>;

type KeysOf<D extends Definitions, Type extends MetricDefinition['type']> = {
  [Key in keyof D]: D[Key]['type'] extends Type ? Key : never;
}[keyof D] &
  string;

type LabelsOf<D extends Definitions, Key extends keyof D> = Readonly<Record<D[Key]['labels'][number], string>>;

/** Of the metrics that the library adds about the process itself, those that show its cost; for the documentation. */
export const processMetrics: readonly Pick<Described & MetricDefinition, 'name' | 'type' | 'help'>[] = [
  { name: 'process_cpu_seconds_total', type: 'counter', help: 'Processor time, of the user and the system.' },
  {
    name: 'process_resident_memory_bytes',
    type: 'gauge',
    help: 'Resident memory: what the limit of the container counts.',
  },
  { name: 'nodejs_heap_size_used_bytes', type: 'gauge', help: 'Part of the heap that is in use.' },
  { name: 'nodejs_heap_size_total_bytes', type: 'gauge', help: 'The heap.' },
  { name: 'nodejs_external_memory_bytes', type: 'gauge', help: 'Buffers and other memory outside of the heap.' },
  { name: 'nodejs_gc_duration_seconds', type: 'histogram', help: 'Garbage collections by kind.' },
  {
    name: 'nodejs_eventloop_lag_p99_seconds',
    type: 'gauge',
    help: 'Delay of the event loop since the last scrape, 99th percentile.',
  },
];

/** One value of a gauge. */
export interface GaugeSample<Labels> {
  readonly labels: Labels;
  readonly value: number;
}

/** A scrape in Prometheus' text format. */
export interface Scrape {
  readonly contentType: string;
  readonly body: string;
}

/** Metrics of one process, keyed by definition. */
export interface Metrics<D extends Definitions> {
  readonly increment: <Key extends KeysOf<D, 'counter'>>(key: Key, labels: LabelsOf<D, Key>) => void;
  /** Shows a counter before its first event: Prometheus counts from the first value that it sees. */
  readonly begin: <Key extends KeysOf<D, 'counter'>>(key: Key, labels: LabelsOf<D, Key>) => void;
  /** @param value in the unit of the metric's name, such as seconds */
  readonly observe: <Key extends KeysOf<D, 'histogram'>>(key: Key, labels: LabelsOf<D, Key>, value: number) => void;
  /** Replaces all values of a gauge, so that the label of a deleted subject disappears. */
  readonly replace: <Key extends KeysOf<D, 'gauge'>>(
    key: Key,
    samples: readonly GaugeSample<LabelsOf<D, Key>>[],
  ) => void;
  /** All metrics, including those of the process (CPU, memory, event loop). */
  readonly scrape: () => Promise<Scrape>;
}

/**
 * Registers the metrics of the definitions in a new registry.
 *
 * @throws Error when two definitions share a name, or Prometheus does not allow a name or label
 */
export function createMetrics<const D extends Definitions>(definitions: D): Metrics<D> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const counters = new Map<string, Counter<string>>();
  const gauges = new Map<string, Gauge<string>>();
  const histograms = new Map<string, Histogram<string>>();
  for (const [key, definition] of Object.entries<MetricDefinition>(definitions)) {
    const { name, help, labels: labelNames } = definition;
    const configuration = { name, help, labelNames, registers: [registry] };
    switch (definition.type) {
      case 'counter':
        counters.set(key, new Counter(configuration));
        break;
      case 'gauge':
        gauges.set(key, new Gauge(configuration));
        break;
      case 'histogram':
        histograms.set(key, new Histogram({ ...configuration, buckets: [...definition.buckets] }));
        break;
    }
  }
  return {
    increment: (key, labels) => counters.get(key)?.inc(labels),
    begin: (key, labels) => counters.get(key)?.inc(labels, 0),
    observe: (key, labels, value) => histograms.get(key)?.observe(labels, value),
    replace: (key, samples) => {
      const gauge = gauges.get(key);
      gauge?.reset();
      for (const { labels, value } of samples) {
        gauge?.set(labels, value);
      }
    },
    scrape: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}
