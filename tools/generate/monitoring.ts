import { stringify } from 'yaml';
import { alerts } from '../monitoring/alerts.ts';
import { dashboard } from '../monitoring/dashboard.ts';
import { ruleGroups, runbook, runbookPath } from '../monitoring/rules.ts';

const wholeLines = { lineWidth: 0 } as const;
const folder = 'deploy/monitoring';
const name = 'imagespec-operator';
const namespace = 'imagespec-operator-system';
const labels = { 'app.kubernetes.io/name': name };

function madeFrom(source: string): string {
  return `# Made from ${source} by \`npm run generate\`. Do not edit.\n`;
}

/**
 * What a Prometheus Operator and a Grafana take: the objects of deploy/monitoring/, and the chart's files of the same content.
 *
 * @param chartPath folder of the chart
 */
export function monitoringFiles(chartPath: string): readonly { readonly path: string; readonly content: string }[] {
  const json = `${JSON.stringify(dashboard(), null, 2)}\n`;
  const rule = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name, namespace, labels },
    spec: ruleGroups(),
  };
  const configMap = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `${name}-dashboard`, namespace, labels: { ...labels, grafana_dashboard: '1' } },
    data: { 'imagespec-operator.json': json },
  };
  return [
    {
      path: `${folder}/prometheus-rule.yaml`,
      content: madeFrom('tools/monitoring/alerts.ts') + stringify(rule, wholeLines),
    },
    {
      path: `${folder}/dashboard.yaml`,
      content: madeFrom('tools/monitoring/dashboard.ts') + stringify(configMap, wholeLines),
    },
    {
      path: `${chartPath}/files/alerts.yaml`,
      content: madeFrom('tools/monitoring/alerts.ts') + stringify(ruleGroups(), wholeLines),
    },
    { path: `${chartPath}/files/dashboard.json`, content: json },
    ...alerts.map((alert) => ({ path: runbookPath(alert), content: runbook(alert) })),
  ];
}
