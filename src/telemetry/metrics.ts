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
