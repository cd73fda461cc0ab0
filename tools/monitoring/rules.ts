import { type Alert, alerts } from './alerts.ts';

/** Where the pages of the alerts are. The chart puts another address in its place (`prometheusRule.runbookUrl`). */
const pages = 'docs/runbooks';

/** The groups of a PrometheusRule, and of a rule file of Prometheus. */
export function ruleGroups(): { readonly groups: readonly object[] } {
  return { groups: [{ name: 'imagespec-operator', rules: alerts.map(rule) }] };
}

function rule(alert: Alert): object {
  const { name, severity, expression, for: holds, summary, meaning } = alert;
  return {
    alert: name,
    expr: expression,
    for: holds,
    labels: { severity },
    annotations: { summary, description: meaning, runbook_url: runbookPath(alert) },
  };
}

/** Path of an alert's page from the root of the repository. */
export function runbookPath({ name }: Alert): string {
  return `${pages}/${name}.md`;
}

/** The page of an alert. */
export function runbook({ name, severity, expression, for: holds, meaning, look, act }: Alert): string {
  const list = (items: readonly string[], mark: string) => items.map((item) => `${mark} ${item}\n`).join('');
  return `<!-- Made from tools/monitoring/alerts.ts by \`npm run generate\`. Do not edit. -->

# ${name}

Severity ${severity}, after ${holds}.

${meaning}

## What to look at

${list(look, '1.')}
## What to do

${list(act, '-')}
## The expression

\`\`\`text
${expression}
\`\`\`
`;
}
