import { metricOf } from './metricNames.ts';

/** A panel of the dashboard. */
export interface Panel {
  readonly title: string;
  readonly kind: 'timeseries' | 'stat' | 'table';
  /** Grafana's name of the unit. */
  readonly unit: 'short' | 's' | 'bytes' | 'reqps';
  readonly queries: readonly { readonly expression: string; readonly legend: string }[];
}

const m = metricOf;
const inNamespace = 'namespace=~"$namespace"';

/** The panels, in rows of three. */
export const panels: readonly Panel[] = [
  {
    title: 'ImageSpecs by state',
    kind: 'timeseries',
    unit: 'short',
    queries: [{ expression: `sum by (reason) (${m('resources')}{${inNamespace}})`, legend: '{{reason}}' }],
  },
  {
    title: 'Not ready, by namespace',
    kind: 'table',
    unit: 'short',
    queries: [
      {
        expression: `sum by (namespace, reason) (${m('resources')}{${inNamespace},ready!="True"})`,
        legend: '{{namespace}} {{reason}}',
      },
    ],
  },
  {
    title: 'Replica that acts',
    kind: 'stat',
    unit: 'short',
    queries: [{ expression: `sum(${m('leader')})`, legend: 'leaders' }],
  },
  {
    title: 'Builds that ended, per hour',
    kind: 'timeseries',
    unit: 'short',
    queries: [
      { expression: `sum by (result, reason) (increase(${m('builds')}[1h]))`, legend: '{{result}} {{reason}}' },
    ],
  },
  {
    title: 'Duration of builds',
    kind: 'timeseries',
    unit: 's',
    queries: [0.5, 0.95].map((quantile) => ({
      expression: `histogram_quantile(${quantile}, sum by (le) (rate(${m('buildSeconds')}_bucket[1h])))`,
      legend: `${quantile * 100} %`,
    })),
  },
  {
    title: 'Failures by cause, per hour',
    kind: 'timeseries',
    unit: 'short',
    queries: [{ expression: `sum by (reason) (increase(${m('failures')}[1h]))`, legend: '{{reason}}' }],
  },
  {
    title: 'Queue',
    kind: 'timeseries',
    unit: 'short',
    queries: [
      { expression: `sum(${m('buildsQueued')})`, legend: 'builds' },
      { expression: `sum(${m('launchesQueued')})`, legend: 'launches' },
      { expression: `sum(${m('baseUpdatesWaiting')})`, legend: 'bases that moved' },
    ],
  },
  {
    title: 'Oldest build in the queue',
    kind: 'timeseries',
    unit: 's',
    queries: [{ expression: `max(${m('oldestQueued')})`, legend: 'oldest' }],
  },
  {
    title: 'Verdicts, per hour',
    kind: 'timeseries',
    unit: 'short',
    queries: [{ expression: `sum by (reason) (increase(${m('verdicts')}[1h]))`, legend: '{{reason}}' }],
  },
  {
    title: 'Images in lists of Hubs',
    kind: 'timeseries',
    unit: 'short',
    queries: [{ expression: `sum by (list, state) (${m('publishedImages')})`, legend: '{{list}} {{state}}' }],
  },
  {
    title: 'Requests to registries',
    kind: 'timeseries',
    unit: 'reqps',
    queries: [
      {
        expression: `sum by (host, result) (rate(${m('registryRequests')}[5m]))`,
        legend: '{{host}} {{result}}',
      },
    ],
  },
  {
    title: 'Requests to the API server',
    kind: 'timeseries',
    unit: 'reqps',
    queries: [{ expression: `sum by (method, code) (rate(${m('apiRequests')}[5m]))`, legend: '{{method}} {{code}}' }],
  },
  {
    title: 'Age of watches',
    kind: 'timeseries',
    unit: 's',
    queries: [{ expression: `max by (resource) (${m('watchAge')})`, legend: '{{resource}}' }],
  },
  {
    title: 'Memory',
    kind: 'timeseries',
    unit: 'bytes',
    queries: [{ expression: `process_resident_memory_bytes and on (instance) ${m('leader')}`, legend: '{{instance}}' }],
  },
  {
    title: 'Processor',
    kind: 'timeseries',
    unit: 's',
    queries: [
      {
        expression: `rate(process_cpu_seconds_total[5m]) and on (instance) ${m('leader')}`,
        legend: '{{instance}}',
      },
    ],
  },
];

const [width, height] = [8, 8] as const;
const source = { type: 'prometheus', uid: '${datasource}' };

/** The dashboard as Grafana imports it. */
export function dashboard(): object {
  return {
    uid: 'imagespec-operator',
    title: 'ImageSpec operator',
    tags: ['jupyterhub', 'imagespec'],
    schemaVersion: 39,
    editable: true,
    timezone: 'browser',
    time: { from: 'now-6h', to: 'now' },
    refresh: '1m',
    templating: {
      list: [
        { name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus' },
        {
          name: 'namespace',
          label: 'Namespace',
          type: 'query',
          datasource: source,
          query: { query: `label_values(${m('resources')}, namespace)`, refId: 'A' },
          refresh: 2,
          multi: true,
          includeAll: true,
          allValue: '.*',
        },
      ],
    },
    panels: panels.map((panel, index) => ({
      id: index + 1,
      title: panel.title,
      type: panel.kind,
      datasource: source,
      gridPos: { x: (index % 3) * width, y: Math.floor(index / 3) * height, w: width, h: height },
      fieldConfig: { defaults: { unit: panel.unit, min: 0 }, overrides: [] },
      targets: panel.queries.map(({ expression, legend }, query) => ({
        refId: 'ABC'[query],
        datasource: source,
        expr: expression,
        legendFormat: legend,
        instant: panel.kind !== 'timeseries',
        format: panel.kind === 'table' ? 'table' : 'time_series',
      })),
    })),
  };
}
