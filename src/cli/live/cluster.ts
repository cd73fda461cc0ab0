import { group, plural, version } from '../../api/names.ts';
import { failed, ok, type Result } from '../../api/result.ts';
import { answerOf, describeFailure, type Failed } from '../../kubernetes/client/answer.ts';
import { type Connection, connect } from '../../kubernetes/client/connection.ts';
import { listAll } from '../../kubernetes/client/list.ts';
import type { ExitCode } from '../exitCodes.ts';
import { type CommandIo, unreadable } from '../io.ts';
import { projectImageSpec, type SeenImageSpec } from './projections.ts';

/** Options of every command that connects to a cluster, with kubectl's names. */
export interface ClusterOptions {
  /** Path; default: kubectl's lookup. */
  readonly kubeconfig?: string;
  /** Context of the kubeconfig; default: the current one. */
  readonly context?: string;
  /** Default: the namespace of the context. */
  readonly namespace?: string;
}

/** A cluster and the command's namespace in it. */
export interface Cluster {
  readonly connection: Connection;
  readonly namespace: string;
}

/** The purpose of a call, such as `cannot read ImageSpec "astro"`. */
export interface Attempt {
  readonly verb: 'read' | 'change' | 'list' | 'follow';
  /** Kind and quoted name, such as `ConfigMap "astro-contents"`. */
  readonly what: string;
}

const pageSize = 500;
const namesShown = 10;

/**
 * Opens a connection for one command and closes it afterwards. When the kubeconfig names no cluster, it reports that on
 * standard error and ends with exit code `unreadable`.
 */
export async function withCluster(
  options: ClusterOptions,
  io: Pick<CommandIo, 'err'>,
  use: (cluster: Cluster) => Promise<ExitCode>,
): Promise<ExitCode> {
  const opened = open(options);
  if (!opened.ok) {
    return unreadable(io, opened.failure);
  }
  const connection = opened.value;
  try {
    return await use({ connection, namespace: options.namespace ?? connection.namespace ?? 'default' });
  } finally {
    await connection.close();
  }
}

/** Like `withCluster`, for a command about one ImageSpec. An unreadable ImageSpec ends it in the same way. */
export function withImageSpec(
  name: string,
  options: ClusterOptions,
  io: Pick<CommandIo, 'err'>,
  use: (cluster: Cluster, imageSpec: SeenImageSpec) => Promise<ExitCode>,
): Promise<ExitCode> {
  return withCluster(options, io, async (cluster) => {
    const found = await getImageSpec(cluster, name);
    return found.ok ? use(cluster, found.value) : unreadable(io, found.failure);
  });
}

function open({ kubeconfig, context }: ClusterOptions): Result<Connection, string> {
  const named = context === undefined ? {} : { context };
  try {
    return ok(
      connect(
        kubeconfig === undefined ? { is: 'default', ...named } : { is: 'kubeconfig', path: kubeconfig, ...named },
        {
          userAgent: 'kubectl-imagespec',
        },
      ),
    );
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  }
}

/** Path of the collection of ImageSpecs in the command's namespace. */
function imageSpecsPath({ namespace }: Cluster): string {
  return `/apis/${group}/${version}/namespaces/${encodeURIComponent(namespace)}/${plural}`;
}

/** Reads one ImageSpec. The failure is a sentence that says what to do. */
export async function getImageSpec(cluster: Cluster, name: string): Promise<Result<SeenImageSpec, string>> {
  const answer = await answerOf(() =>
    cluster.connection.getJson(`${imageSpecsPath(cluster)}/${encodeURIComponent(name)}`, {}),
  );
  switch (answer.is) {
    case 'ok':
      return ok(projectImageSpec(answer.value));
    case 'notFound':
      return failed(await whyNoImageSpec(cluster, name));
    case 'alreadyExists':
    case 'conflict':
    case 'refused':
    case 'unavailable':
      return failed(sentence(cluster, answer, { verb: 'read', what: `ImageSpec "${name}"` }));
  }
}

/** A 404 means a missing name or a missing CRD. The sentence says which, and what exists instead. */
async function whyNoImageSpec(cluster: Cluster, name: string): Promise<string> {
  const { connection, namespace } = cluster;
  const kind = await answerOf(() => connection.getJson(`/apis/${group}/${version}`, {}));
  if (kind.is === 'notFound') {
    return `the cluster at ${addressOf(cluster)} has no ImageSpecs: install the operator (its CRD is ${plural}.${group}), or choose another cluster with --context`;
  }
  const names: string[] = [];
  const listed = await listAll(connection, {
    resource: { path: imageSpecsPath(cluster) },
    pageSize,
    notBefore: '0',
    onItem: (item) => names.push(projectImageSpec(item).name),
  });
  const missing = `namespace "${namespace}" has no ImageSpec "${name}"`;
  if (listed.is === 'failed') {
    return `${missing}; choose another namespace with -n`;
  }
  const shown = names.toSorted().slice(0, namesShown).join(', ');
  return names.length === 0
    ? `${missing} and no other; choose another namespace with -n`
    : `${missing}; it has ${shown}${names.length > namesShown ? ', …' : ''}`;
}

/** Why a call failed and what to do about it, as one sentence without a full stop. */
export function sentence(cluster: Cluster, failure: Failed, { verb, what }: Attempt): string {
  const { namespace } = cluster;
  const cannot = `cannot ${verb} ${what} in namespace "${namespace}"`;
  switch (failure.is) {
    case 'notFound':
      return `namespace "${namespace}" has no ${what}`;
    case 'alreadyExists':
    case 'conflict':
      return `${cannot}: ${describeFailure(failure)}; try again`;
    case 'refused':
      if (failure.code === 401) {
        return `${cannot}: the cluster at ${addressOf(cluster)} rejects these credentials; log in again, or choose another --context`;
      }
      return failure.code === 403
        ? `${cannot}: ${failure.message}; ask an administrator for the role "${verb === 'change' ? 'edit' : 'view'}" in this namespace`
        : `${cannot}: ${describeFailure(failure)}`;
    case 'unavailable':
      return `${cannot}: ${failure.message}; check that the cluster at ${addressOf(cluster)} runs and is reachable from here, or choose another with --context`;
  }
}

function addressOf({ connection }: Cluster): string {
  return connection.server;
}
