/** Where the tests of a suite run. */
type Ground =
  /** No cluster. */
  | 'none'
  /** API servers of their own, started by the tests. */
  | 'apiServer'
  /** The one node of the run, with the operator in it. */
  | 'node';

/** A set of tests that answers one question; vitest's project of that name. */
export interface Suite {
  readonly name: string;
  /** What it proves, in the words of docs/testing.md. */
  readonly proves: string;
  readonly include: readonly string[];
  readonly ground: Ground;
}

/** What `npm test` runs, cheapest first. */
export const everyday: readonly Suite[] = [
  {
    name: 'unit',
    proves: 'each piece of logic by itself',
    include: ['src/**/*.test.ts', 'tools/**/*.test.ts', 'test/support/**/*.test.ts'],
    ground: 'none',
  },
  {
    name: 'integration',
    proves: 'the operator and its commands against a real API server',
    include: ['test/integration/**/*.test.ts'],
    ground: 'apiServer',
  },
  {
    name: 'core',
    proves: 'the whole way on a real node: build, digest, verdict, failures, a server of a real JupyterHub',
    include: ['test/core/**/*.test.ts'],
    ground: 'node',
  },
];

/** What `npm run test:full` runs besides; each also runs alone, as `npm run test:NAME`. */
export const deep: readonly Suite[] = [
  {
    name: 'builds',
    proves: 'every sample, package manager, push mode and command on a real node',
    include: ['test/builds/**/*.test.ts'],
    ground: 'node',
  },
  {
    name: 'lifecycle',
    proves: 'every provoked failure and interruption ends in the right reason',
    include: ['test/lifecycle/**/*.test.ts'],
    ground: 'node',
  },
  {
    name: 'hub',
    proves: "the verdict agrees with real JupyterHubs, and the Hub's page with the published list",
    include: ['test/hub/**/*.test.ts'],
    ground: 'node',
  },
  {
    name: 'grammars',
    proves: "package grammars and credential matching agree with the tools' own parsers",
    include: ['test/grammars/**/*.test.ts'],
    ground: 'none',
  },
  {
    name: 'versions',
    proves: 'the CRD on the oldest and the newest API server, its cost, and offline validation',
    include: ['test/versions/**/*.test.ts'],
    ground: 'apiServer',
  },
  {
    name: 'chart',
    proves: 'every value of the Helm chart has its effect',
    include: ['test/chart/**/*.test.ts'],
    ground: 'apiServer',
  },
  {
    name: 'gitops',
    proves: 'kstatus reads every state as this project means it',
    include: ['test/gitops/**/*.test.ts'],
    ground: 'none',
  },
  {
    name: 'clusters',
    proves: 'a local cluster leaves the machine as it was, however it ends',
    include: ['test/clusters/**/*.test.ts'],
    ground: 'apiServer',
  },
  {
    name: 'engines',
    proves: 'registries and k3s in containers of a Docker engine',
    include: ['test/engines/**/*.test.ts'],
    ground: 'none',
  },
];
