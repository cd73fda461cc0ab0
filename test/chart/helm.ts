import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { helmBinary } from '../../tools/cluster/artifacts/binaries.ts';
import { run } from '../../tools/cluster/artifacts/run.ts';

const root = join(import.meta.dirname, '..', '..');
/** The chart under test. */
export const chart = join(root, 'charts', 'imagespec-operator');
/** Release and namespace with which the chart makes objects of the same names as deploy/install.yaml. */
export const release = 'imagespec-operator';
export const namespace = 'imagespec-operator-system';

/** A Kubernetes object as far as tests look at all kinds alike. */
const objectShape = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().optional(),
    labels: z.record(z.string(), z.string()).default({}),
    annotations: z.record(z.string(), z.string()).default({}),
  }),
});
export type KubernetesObject = z.infer<typeof objectShape>;

/** The objects of a text of YAML documents; empty documents are none. */
export function objectsIn(yaml: string): readonly KubernetesObject[] {
  return parseAllDocuments(yaml)
    .map((document): unknown => document.toJS())
    .filter((object) => object !== null)
    .map((object) => objectShape.parse(object));
}

/** A helm that leaves this user's own settings alone. */
export interface Helm {
  /** @throws Error with what helm said when it fails. */
  readonly run: (argv: readonly string[], values?: object) => Promise<string>;
  /** What `helm template` makes of the chart with these values. */
  readonly template: (values: object) => Promise<readonly KubernetesObject[]>;
  readonly close: () => Promise<void>;
}

/** @param kubeconfig of the cluster, for commands that need one. */
export async function openHelm(kubeconfig = '/dev/null'): Promise<Helm> {
  const program = await helmBinary();
  const folder = await mkdtemp(join(tmpdir(), 'imagespec-helm-'));
  const env = {
    KUBECONFIG: kubeconfig,
    HELM_CACHE_HOME: join(folder, 'cache'),
    HELM_CONFIG_HOME: join(folder, 'config'),
    HELM_DATA_HOME: join(folder, 'data'),
  };
  const helm = (argv: readonly string[], values?: object) =>
    run(program, [...argv, '--namespace', namespace, ...(values === undefined ? [] : ['--values', '-'])], {
      env,
      input: JSON.stringify(values ?? {}),
    });
  return {
    run: helm,
    template: async (values) => objectsIn(await helm(['template', release, chart], values)),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
