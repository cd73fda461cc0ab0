/** A file of this repository, and words in it that show what a row says. */
export interface Evidence {
  readonly file: string;
  readonly words: string;
}

/** How an operator stands: yes, no, in part, or the question does not arise. */
type Word = 'yes' | 'no' | 'partly' | '–';

/** A property, and who has it. */
export interface ComparedRow {
  readonly property: string;
  /** cert-manager, Flux, kpack, Shipwright, CloudNativePG. */
  readonly others: readonly [Word, Word, Word, Word, Word];
  readonly ours:
    | { readonly is: 'yes' | 'ready'; readonly evidence: Evidence }
    | { readonly is: 'no'; readonly why: string };
}

const crdRules = (words: string): Evidence => ({ file: 'tools/crd/rules.test.ts', words });
const chart = (words: string): Evidence => ({ file: 'test/chart/chart.test.ts', words });
const chartMore = (words: string): Evidence => ({ file: 'test/chart/chart-more.test.ts', words });
const kstatus = (words: string): Evidence => ({ file: 'test/gitops/kstatus.test.ts', words });
const yes = (evidence: Evidence) => ({ is: 'yes', evidence }) as const;
const ready = (evidence: Evidence) => ({ is: 'ready', evidence }) as const;

/** The rows of docs/gitops.md. */
export const comparedRows: readonly ComparedRow[] = [
  {
    property: "Argo CD's own repository has a health check",
    others: ['yes', 'yes', 'no', 'no', 'partly'],
    ours: ready({ file: 'test/argocd/upstream.test.ts', words: 'health of %s' }),
  },
  {
    property: "Argo CD's own repository has actions",
    others: ['no', 'yes', 'no', 'no', 'yes'],
    ours: ready({ file: 'test/argocd/upstream.test.ts', words: 'has a test of each action' }),
  },
  {
    property: 'scripts for argocd-cm come with the operator',
    others: ['no', 'no', 'no', 'no', 'no'],
    ours: yes({ file: 'test/argocd/health.test.ts', words: '$name: $what' }),
  },
  {
    property: 'the schema is structural and described, so kubectl explain works',
    others: ['yes', 'yes', 'no', 'yes', 'yes'],
    ours: yes(crdRules('every field of the CRD')),
  },
  {
    property: 'CEL rules in the CRD',
    others: ['no', 'no', 'no', 'no', 'yes'],
    ours: yes({ file: 'test/integration/crd/refused-rules.ts', words: 'spec.build.nodeSelector[arch]' }),
  },
  {
    property: 'conditions are a map by type',
    others: ['yes', 'no', 'no', 'no', 'no'],
    ours: yes(crdRules('has conditions first in its status, a map by type')),
  },
  {
    property: 'condition Ready',
    others: ['yes', 'yes', 'yes', 'no', 'yes'],
    ours: yes(kstatus("describe('kubectl wait'")),
  },
  {
    property: 'status.observedGeneration',
    others: ['no', 'yes', 'yes', 'no', 'no'],
    ours: yes(kstatus('generation is 2, but latest observed generation is 1')),
  },
  {
    property: 'it is -1 until the operator has seen the object',
    others: ['no', 'yes', 'no', 'no', 'no'],
    ours: yes(kstatus('generation is 1, but latest observed generation is -1')),
  },
  {
    property: 'conditions Reconciling and Stalled of kstatus',
    others: ['no', 'yes', 'no', 'no', 'no'],
    ours: yes(kstatus("describe('kstatus'")),
  },
  {
    property: 'a column for Ready',
    others: ['yes', 'yes', 'yes', 'no', 'partly'],
    ours: yes(crdRules('columns for Ready, its reason and the age')),
  },
  {
    property: 'a column for the reason or message',
    others: ['yes', 'yes', 'no', 'yes', 'partly'],
    ours: yes(crdRules('columns for Ready, its reason and the age')),
  },
  {
    property: 'a column for the age',
    others: ['yes', 'yes', 'no', 'yes', 'yes'],
    ours: yes(crdRules('columns for Ready, its reason and the age')),
  },
  {
    property: 'a short name',
    others: ['yes', 'yes', 'yes', 'no', 'no'],
    ours: yes(crdRules('has a short name and a category')),
  },
  {
    property: 'a category',
    others: ['yes', 'yes', 'yes', 'no', 'no'],
    ours: yes(crdRules('has a short name and a category')),
  },
  {
    property: 'the digest of the result in the status',
    others: ['–', '–', 'yes', 'partly', '–'],
    ours: yes({
      file: 'test/integration/operator.test.ts',
      words: 'turns an ImageSpec into a pushed, confirmed and tagged image',
    }),
  },
  {
    property: 'spec.suspend',
    others: ['no', 'yes', 'no', 'no', 'partly'],
    ours: yes({ file: 'test/argocd/actions.test.ts', words: 'sets spec.suspend' }),
  },
  {
    property: 'CRDs small enough for kubectl apply',
    others: ['yes', 'yes', 'yes', 'no', 'no'],
    ours: yes(crdRules('is small enough for kubectl apply')),
  },
  {
    property: 'a Helm chart',
    others: ['yes', 'yes', 'no', 'no', 'yes'],
    ours: yes(chart('has nothing that helm lint minds')),
  },
  {
    property: 'a schema of its values',
    others: ['yes', 'no', '–', '–', 'yes'],
    ours: yes(chart("describe('values.schema.json'")),
  },
  {
    property: 'tests of the chart',
    others: ['yes', 'yes', '–', '–', 'no'],
    ours: yes(chart('has a test for each value')),
  },
  {
    property: 'a PodDisruptionBudget',
    others: ['yes', 'no', 'no', 'no', 'no'],
    ours: yes(chart('podDisruptionBudget.maxUnavailable')),
  },
  {
    property: 'a ServiceMonitor or PodMonitor',
    others: ['yes', 'yes', 'no', 'no', 'yes'],
    ours: yes(chartMore('selects the Service of the release')),
  },
  {
    property: 'a PrometheusRule about the operator',
    others: ['no', 'no', 'no', 'no', 'no'],
    ours: yes({ file: 'test/monitoring/alerts.test.ts', words: "it('fires'" }),
  },
  {
    property: 'a NetworkPolicy',
    others: ['yes', 'yes', 'no', 'no', 'no'],
    ours: yes(chart("describe('the NetworkPolicy of builds'")),
  },
  {
    property: "rights for people's roles by aggregation",
    others: ['yes', 'yes', 'no', 'yes', 'yes'],
    ours: yes(chart('userRoles.create')),
  },
  {
    property: 'a kustomize base',
    others: ['no', 'yes', 'no', 'no', 'yes'],
    ours: yes({
      file: 'test/integration/deploy.test.ts',
      words: 'holds the same objects by kustomize and as one file',
    }),
  },
  {
    property: 'an OLM bundle',
    others: ['no', 'no', 'no', 'yes', 'yes'],
    ours: { is: 'no', why: 'the chart has the values that OpenShift needs' },
  },
  {
    property: 'no conversion webhook',
    others: ['yes', 'yes', 'no', 'no', 'yes'],
    ours: yes({ file: 'test/versions/crd-compatibility.test.ts', words: 'crdify' }),
  },
  // Beyond the list that others were compared by.
  {
    property: "tests of Argo CD's scripts outside of its repository",
    others: ['no', 'no', 'no', 'no', 'no'],
    ours: yes({ file: 'test/argocd/actions.test.ts', words: 'offers what the command line accepts' }),
  },
  {
    property: 'a dashboard for Grafana',
    others: ['no', 'no', 'no', 'no', 'yes'],
    ours: yes({ file: 'test/monitoring/dashboard.test.ts', words: 'has an answer' }),
  },
  {
    property: 'kubectl wait is documented',
    others: ['no', 'no', 'no', 'no', 'no'],
    ours: yes(kstatus('ends immediately when the image exists')),
  },
];
