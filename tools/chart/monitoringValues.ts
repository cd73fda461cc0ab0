import { z } from 'zod';

const stringMap = z.record(z.string(), z.string());

/** Whether an object of the Prometheus Operator is made. */
const renderMode = z
  .enum(['skipIfMissing', 'failIfMissing', 'always'])
  .default('skipIfMissing')
  .describe(
    'What happens where the cluster has no Prometheus Operator: leave the object out, refuse, or make it all the same.',
  );

/** Values about who watches the operator. */
export const monitoringValues = {
  service: z
    .strictObject({
      enabled: z.boolean().default(true).describe("Whether there is a Service for the operator's metrics."),
      annotations: stringMap
        .default({})
        .describe('Annotations of the Service, such as those by which Prometheus finds it.'),
    })
    .prefault({}),
  serviceMonitor: z
    .strictObject({
      enabled: z.boolean().default(true).describe('Whether there is a ServiceMonitor.'),
      renderMode,
      labels: stringMap
        .default({})
        .describe('Labels by which your Prometheus selects it, such as release: prometheus.'),
      interval: z.string().default('30s').describe('Pause between two scrapes.'),
    })
    .prefault({}),
  prometheusRule: z
    .strictObject({
      enabled: z
        .boolean()
        .default(true)
        .describe('Whether there is a PrometheusRule with the alerts of docs/runbooks/.'),
      renderMode,
      labels: stringMap.default({}).describe('Labels by which your Prometheus selects it.'),
      runbookUrl: z
        .string()
        .default('docs/runbooks')
        .describe('Address under which the pages of docs/runbooks/ can be read; in the annotation runbook_url.'),
    })
    .prefault({}),
  dashboard: z
    .strictObject({
      enabled: z.boolean().default(false).describe('Whether there is a ConfigMap with a dashboard for Grafana.'),
      labels: stringMap.default({ grafana_dashboard: '1' }).describe("Labels by which Grafana's sidecar finds it."),
      annotations: stringMap.default({}).describe("Annotations for Grafana's sidecar, such as the folder."),
    })
    .prefault({}),
};
