import { infrastructureCauses } from '../../src/api/reasons/failureReasons.ts';
import { retries } from '../../src/api/reasons/reasonColumns.ts';
import { readyReasons } from '../../src/api/reasons/reasons.ts';
import { hubReasons, publishedReasons, taggedReasons } from '../../src/api/reasons/verdictReasons.ts';
import { configSchema } from '../../src/config/schema.ts';
import { metricDefinitions } from '../../src/reconcile/report/metrics.ts';
import { processMetrics } from '../../src/telemetry/metrics.ts';
import { code, generatedFrom, table } from './markdown.ts';
import { settingRows, settingsOf } from './settings.ts';

/** docs/configuration.md: every setting of the operator with its meaning, default and bounds. */
export function configurationPage(example: string): string {
  return `${generatedFrom('src/config/schema.ts')}
# The operator's configuration

One file, \`config.yaml\` of the ConfigMap \`imagespec-operator\`. What is absent has its default. An unknown
setting or a wrong value keeps the operator from starting, and the message names it. Secret names are looked up in the
namespace of the ImageSpec.

The operator takes a changed file without a restart. The kubelet needs up to a minute to bring a changed ConfigMap to the Pod.
Running builds continue. A file that the operator does not accept changes nothing. The log has its fault, and the metric
\`imagespec_config_current\` is 0.

${table(['setting', 'meaning', 'default', 'values'], settingRows('', settingsOf(configSchema)))}
## An example

\`deploy/policy/operator-config.yaml\`: several teams, known images only. The same policy as a
ValidatingAdmissionPolicy, so that \`kubectl apply\` refuses what the operator would, is printed by
\`kubectl imagespec policy --config FILE\`; the example's is \`deploy/policy/validating-admission-policy.yaml\`. It
cannot see the images inside a Dockerfile or channels between the brackets of conda's package strings. The same holds for labels
of Secrets, and for the Secrets of other ImageSpecs. There the operator alone decides, as it does without such a policy.
[policy.md](policy.md) describes what each rule binds.

\`\`\`yaml
${example.trimEnd()}
\`\`\`
`;
}

/** docs/conditions.md: every reason of Ready and every cause of a failure, with what to do about it. */
export function conditionsPage(): string {
  const reasons = Object.entries(readyReasons);
  const rows = (group: string) =>
    table(
      ['reason', 'what to do'],
      reasons.filter(([, reason]) => reason.group === group).map(([name, { advice }]) => [code(name), advice]),
    );
  const over = reasons.flatMap(([name, row]) =>
    row.group === 'over' ? [[code(name), row.stages.join(' or '), retries[row.retry], row.advice]] : [],
  );
  const causes = Object.entries(infrastructureCauses).map(([name, { retry, advice }]) => [
    code(name),
    retries[retry],
    advice,
  ]);
  return `${generatedFrom('the tables of reasons in src/api/')}
# Conditions

\`Ready\` sums up, and its reason is the column STATUS of \`kubectl get imagespecs\`. \`Reconciling\` and
\`Stalled\` are there only while true, with the same reason. The message says what happened, where, and what to do.

## Done: Ready is True

${rows('done')}
## Under way: Ready is Unknown, Reconciling is True

${rows('underWay')}
## Over until a user acts: Ready is False, Stalled is True

An image from before stays in \`status.image\`. The stage is where \`kubectl imagespec status\` shows the failure.

${table(['reason', 'stage', 'tried again', 'what to do'], over)}
## Suspended: Ready is Unknown, nothing is done

${rows('suspended')}
## What tools make of it

A test compares each tool's own code, with an object for every reason (\`test/gitops/kstatus.test.ts\`). For kstatus, an
object is InProgress while \`status.observedGeneration\` differs from its generation, for any conditions. That includes an
object that the operator has not seen yet: the CRD sets -1.

${table(
  ['Ready', 'kstatus (Flux, Helm 4, kapply)', '`kubectl wait --for=condition=Ready`'],
  [
    ['done', 'Current', 'ends immediately'],
    ['under way', 'InProgress', 'waits'],
    ['over', 'Failed, with the message of `Stalled`', 'waits for its time-out: ask for `condition=Stalled` too'],
    ['suspended', 'InProgress, as kstatus has no word for a pause', 'waits'],
    ['being deleted', 'Terminating', ''],
  ],
)}
## Causes that are tried again

While \`Ready\` is \`Retrying\` or \`RetriesExhausted\`, \`status.failure.reason\` holds the cause.

${table(['cause', 'tried again', 'meaning'], causes)}
## Tagged

Whether the moving tag is \`status.image\`; there once there is an image. The image counts by its digest, so \`Ready\` does not
wait for this tag; an immutable tag that is refused is \`PushFailed\`.

${verdicts(taggedReasons)}
## JupyterHubCompatible

Whether JupyterHub can launch \`status.image\`; absent with \`jupyterHub.policy: Skip\`.

${verdicts(hubReasons)}
## Published

Whether the image is in the list of a Hub; absent with \`Skip\` and where nothing is published.

${verdicts(publishedReasons)}`;
}

/** docs/metrics.md: the operator's own metrics. */
export function metricsPage(): string {
  const rows = Object.values(metricDefinitions).map(({ name, type, help, labels }) => [
    code(name),
    type,
    help,
    labels.map(code).join(' '),
  ]);
  return `${generatedFrom('src/reconcile/report/metrics.ts')}
# Metrics

\`/metrics\` on port 8080 of the operator's Pod, in Prometheus' text format. What client-go and the Node.js library of Prometheus
measure too has their names, so dashboards made for them work.

${table(['metric', 'type', 'meaning', 'labels'], rows)}
These are the most useful of the process's own metrics (\`process_…\`, \`nodejs_…\`):

${table(
  ['metric', 'type', 'meaning'],
  processMetrics.map(({ name, type, help }) => [code(name), type, help]),
)}`;
}

function verdicts(reasons: Readonly<Record<string, { readonly status: string; readonly advice: string }>>): string {
  return table(
    ['status', 'reason', 'what to do'],
    Object.entries(reasons).map(([name, { status, advice }]) => [status, code(name), advice]),
  );
}
