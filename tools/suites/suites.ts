/** Where the tests of a suite run. */
export type Ground =
  /** Without a cluster, or on clusters that the tests start themselves. */
  | 'own'
  /** One API server without nodes, shared by the suite's files, each of which has namespaces of its own. */
  | 'apiServer'
  /** One real node with the operator in it, shared by all suites of a run. */
  | 'node';

/** What makes the ground of a suite before its tests, by path from the root: vitest's globalSetup. */
export const setups: Readonly<Record<Ground, readonly string[]>> = {
  own: [],
  apiServer: ['test/integration/setup.ts'],
  node: ['test/node/setup.ts'],
};

/** Entries that a suite needs in the cache before it starts. `prepare.ts` makes them. */
export type Need =
  | 'node'
  | 'hub'
  | 'olderHub'
  | 'browser'
  | 'otherApiServers'
  | 'crdTools'
  | 'keyring'
  | 'dockerfileParser'
  | 'yamlReader'
  | 'helm'
  | 'actionlint'
  | 'kstatus'
  | 'argoLua'
  | 'gitopsEngine'
  | 'prometheus'
  | 'networkPolicies'
  | 'dockerTools';

/** A set of tests that answers one question: vitest's project of that name. */
export interface Suite {
  readonly name: string;
  /** The proof that the suite gives, in the words of docs/testing.md. */
  readonly proves: string;
  /** Glob patterns of its test files, from the root of the repository. */
  readonly include: readonly string[];
  readonly ground: Ground;
  readonly needs: readonly Need[];
  /** Times that a failed test may be tried again; never more than once, and never without a node. */
  readonly retry: 0 | 1;
}

/** The suites of `npm test`, cheapest first. */
export const everyday: readonly Suite[] = [
  {
    name: 'unit',
    proves: 'each piece of logic by itself',
    include: ['src/**/*.test.ts', 'tools/**/*.test.ts', 'test/support/**/*.test.ts', 'test/field/**/*.test.ts'],
    ground: 'own',
    needs: [],
    retry: 0,
  },
  {
    name: 'argocd',
    proves: "Argo CD's health and actions of every state of an ImageSpec, by Lua as Argo CD runs it",
    include: ['test/argocd/**/*.test.ts'],
    ground: 'own',
    needs: ['argoLua'],
    retry: 0,
  },
  {
    name: 'integration',
    proves: 'the operator and its commands against a real API server',
    include: ['test/integration/**/*.test.ts'],
    ground: 'apiServer',
    needs: ['node'],
    retry: 0,
  },
  {
    name: 'core',
    proves: 'the whole way on a real node: build, digest, verdict, failures, a server of a real JupyterHub',
    include: ['test/core/**/*.test.ts'],
    ground: 'node',
    needs: ['node', 'hub'],
    retry: 1,
  },
];

/** The other suites of `npm run test:full`. Each also runs alone, as `npm run test:NAME`. */
export const deep: readonly Suite[] = [
  {
    name: 'grammars',
    proves:
      "package grammars, credential matching and the reading of Dockerfiles and YAML agree with the tools' own parsers",
    include: ['test/grammars/**/*.test.ts'],
    ground: 'own',
    needs: ['node', 'keyring', 'dockerfileParser', 'yamlReader'],
    retry: 0,
  },
  {
    name: 'versions',
    proves: 'the CRD on the oldest and the newest API server, what its rules cost, validation without a cluster',
    include: ['test/versions/**/*.test.ts'],
    ground: 'own',
    needs: ['node', 'otherApiServers', 'crdTools'],
    retry: 0,
  },
  {
    name: 'chart',
    proves: 'every value of the Helm chart has its effect',
    include: ['test/chart/**/*.test.ts'],
    ground: 'own',
    needs: ['node', 'helm'],
    retry: 0,
  },
  {
    name: 'release',
    proves: 'a release is whole and the same each time; a cluster is installed from its artefacts alone',
    include: ['test/release/**/*.test.ts'],
    ground: 'own',
    needs: ['node', 'helm', 'actionlint'],
    retry: 0,
  },
  {
    name: 'gitops',
    proves: 'kstatus reads every state as the operator means it',
    include: ['test/gitops/**/*.test.ts'],
    ground: 'own',
    needs: ['node', 'kstatus'],
    retry: 0,
  },
  {
    name: 'monitoring',
    proves: 'each alert fires once in Prometheus, and no other does; every panel of the dashboard has an answer',
    include: ['test/monitoring/**/*.test.ts'],
    ground: 'own',
    needs: ['prometheus'],
    retry: 0,
  },
  {
    name: 'isolation',
    proves: 'the shipped NetworkPolicies keep Pods from what they must not reach, as a kernel sees it',
    include: ['test/isolation/**/*.test.ts'],
    ground: 'own',
    needs: ['node', 'networkPolicies'],
    retry: 0,
  },
  {
    name: 'chaos',
    proves:
      'every fault at every write, of watches, lists, leaders and clocks, before a real API server: the end is the same',
    include: ['test/chaos/**/*.test.ts'],
    ground: 'apiServer',
    needs: ['node'],
    retry: 0,
  },
  {
    name: 'clusters',
    proves: 'a local cluster leaves the machine as it was, however it ends',
    include: ['test/clusters/**/*.test.ts'],
    ground: 'own',
    needs: ['node'],
    retry: 0,
  },
  {
    name: 'engines',
    proves: 'registries and k3s in containers of a Docker engine',
    include: ['test/engines/**/*.test.ts'],
    ground: 'own',
    needs: ['node', 'dockerTools'],
    retry: 0,
  },
  {
    name: 'builds',
    proves: 'every sample, package manager, push mode and command of the command line',
    include: ['test/builds/**/*.test.ts'],
    ground: 'node',
    needs: ['node'],
    retry: 1,
  },
  {
    name: 'lifecycle',
    proves: 'every provoked failure and interruption ends in the right reason, and stays there',
    include: ['test/lifecycle/**/*.test.ts'],
    ground: 'node',
    needs: ['node'],
    retry: 1,
  },
  {
    name: 'hub',
    proves: "the verdict agrees with real JupyterHubs; the Hub's page shows what was published",
    include: ['test/hub/**/*.test.ts'],
    ground: 'node',
    needs: ['node', 'hub', 'olderHub', 'browser'],
    retry: 1,
  },
];
