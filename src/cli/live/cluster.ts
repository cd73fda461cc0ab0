import { group, plural, version } from '../../api/names.ts';
import { failed, ok, type Result } from '../../api/result.ts';
import { answerOf, describeFailure, type Failed } from '../../kubernetes/client/answer.ts';
import { type Connection, connect } from '../../kubernetes/client/connection.ts';
import { listAll } from '../../kubernetes/client/list.ts';
import type { Chosen } from '../../kubernetes/source.ts';
import type { ExitCode } from '../exitCodes.ts';
import { type CommandIo, unreadable } from '../io.ts';
import { programVersion } from '../version.generated.ts';
import { projectImageSpec, type SeenImageSpec } from './projections.ts';

/** Options of every command that connects to a cluster, with kubectl's names. */
export interface ConnectionFlags extends Chosen {
  /** Path; default: kubectl's lookup. */
  readonly kubeconfig?: string;
  /** Milliseconds; default: those of a connection. */
  readonly requestTimeout?: number;
}

/** Options of a command about one namespace. */
export interface ClusterOptions extends ConnectionFlags {
  /** Default: the namespace of the context. */
  readonly namespace?: string;
}

/** Options of a command about one namespace or all. */
export interface ScopeOptions extends ClusterOptions {
  readonly allNamespaces?: true;
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
  const opened = openConnection(options);
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

/** Opens a connection by these flags. The failure names the place and says what to do. */
export function openConnection(flags: ConnectionFlags): Result<Connection, string> {
  const { kubeconfig, requestTimeout } = flags;
  const { context, cluster, user, server, token, as } = flags;
  const chosen = defined({ context, cluster, user, server, token, as });
  try {
    return ok(
      connect(
        kubeconfig === undefined ? { is: 'default', ...chosen } : { is: 'kubeconfig', path: kubeconfig, ...chosen },
        {
          userAgent: `kubectl-imagespec/${programVersion}`,
          ...(requestTimeout === undefined ? {} : { timeoutMs: requestTimeout }),
        },
      ),
    );
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  }
}

/** The chosen values without those that are not given. */
function defined(given: { readonly [Name in keyof Chosen]-?: string | undefined }): Chosen {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** Path of the collection of ImageSpecs in the command's namespace. */
function imageSpecsPath({ namespace }: Pick<Cluster, 'namespace'>): string {
  return `/apis/${group}/${version}/namespaces/${encodeURIComponent(namespace)}/${plural}`;
}

/** Every ImageSpec of the namespace, or with `allNamespaces` of the cluster, by namespace and name. */
export async function listImageSpecs(
  cluster: Cluster,
  { allNamespaces }: ScopeOptions,
): Promise<Result<readonly SeenImageSpec[], string>> {
  const path = allNamespaces === true ? `/apis/${group}/${version}/${plural}` : imageSpecsPath(cluster);
  // A list that is refused says only that it failed: what to do is in the answer to one small question.
  const allowed = await answerOf(() => cluster.connection.getJson(path, { limit: '1' }));
  if (allowed.is === 'notFound') {
    return failed(notInstalled(cluster));
  }
  if (allowed.is !== 'ok') {
    const scope = allNamespaces === true ? 'all namespaces' : 'namespace';
    return failed(sentence(cluster, allowed, { verb: 'list', what: 'ImageSpecs' }, scope));
  }
  const found: SeenImageSpec[] = [];
  const end = await listAll(cluster.connection, {
    resource: { path },
    pageSize,
    notBefore: '0',
    onItem: (item) => found.push(projectImageSpec(item)),
  });
  return end.is === 'failed'
    ? failed(`${end.message}; try again`)
    : ok(found.toSorted((a, b) => compare(a.namespace, b.namespace) || compare(a.name, b.name)));
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

function notInstalled(cluster: Cluster): string {
  return `the cluster at ${addressOf(cluster)} has no ImageSpecs: install the operator (its CRD is ${plural}.${group}), or choose another cluster with --context`;
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
    return notInstalled(cluster);
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
export function sentence(
  cluster: Cluster,
  failure: Failed,
  { verb, what }: Attempt,
  scope: 'namespace' | 'all namespaces' = 'namespace',
): string {
  const { namespace } = cluster;
  const place = scope === 'namespace' ? `namespace "${namespace}"` : scope;
  const cannot = `cannot ${verb} ${what} in ${place}`;
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
        ? `${cannot}: ${failure.message}; ask an administrator for the role "${verb === 'change' ? 'edit' : 'view'}" in ${scope === 'namespace' ? 'this namespace' : scope}`
        : `${cannot}: ${describeFailure(failure)}`;
    case 'unavailable':
      return `${cannot}: ${failure.message}; check that the cluster at ${addressOf(cluster)} runs and is reachable from here, or choose another with --context`;
  }
}

function addressOf({ connection }: Cluster): string {
  return connection.server;
}
