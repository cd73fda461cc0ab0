import { type Failure, failureOf } from '../../api/failure.ts';
import type { FailureReason } from '../../api/reasons/failureReasons.ts';
import type { Row } from '../../api/reasons/failureRows.ts';
import { parseReference } from '../../oci/reference.ts';
import { containers } from '../containers.ts';
import { fill } from '../failures/row.ts';
import type { BuildRun, PodState } from '../run.ts';
import { failedPull } from '../waiting.ts';

/** A registry from which a node could not pull a base. */
export interface PullTrouble {
  /** The base's registry, in its normalised form. */
  readonly registry: string;
  /** What the kubelet says. */
  readonly message: string;
}

/** What a failed pull of a base means. */
export interface PullRow extends Row {
  readonly seen: 'waiting';
  readonly reason: FailureReason;
  readonly match: RegExp;
  /** now: the kubelet cannot succeed. grace: it may, with time. never: another way needs the same. */
  readonly unpackedAfter: 'now' | 'grace' | 'never';
}

function row(
  id: string,
  reason: FailureReason,
  unpackedAfter: PullRow['unpackedAfter'],
  match: RegExp,
  what: string,
  message: string,
): PullRow {
  return { seen: 'waiting', id, reason, unpackedAfter, match, what, message, example: `${id}.json` };
}

/** What the kubelet says of a base that it cannot pull, tried in order (containerd 1.6 to 2.1, CRI-O 1.34). */
export const pullRows: readonly PullRow[] = [
  row(
    'base-pull-disk-full',
    'DiskFull',
    'never',
    /no space left on device/i,
    "the node's disk has no room for the base image",
    'the node {node} has no room for the base image; use a smaller one, or ask the administrator for nodes with more disk: {message}',
  ),
  row(
    'base-pull-hopeless',
    'BuilderUnavailable',
    'now',
    /x509|certificate|HTTP response to HTTPS client|no such host|\b401\b|unauthorized|authentication required|access denied|\b403\b/i,
    "the node's container runtime does not trust the registry of the base, does not know it, or has no credentials for it",
    "the node {node} cannot pull the base image; ask the administrator to let the node's container runtime pull from {registry}, or to set build.base: Unpacked in the configuration: {message}",
  ),
  row(
    'base-pull-failed',
    'BuilderUnavailable',
    'grace',
    /(?:)/,
    'the node cannot pull the base image',
    "the node {node} cannot pull the base image; ask the administrator to let the node's container runtime pull from {registry}, or to set build.base: Unpacked in the configuration: {message}",
  ),
];

/** A base that the node fails to pull. */
export interface FailedBasePull extends PullTrouble {
  readonly pod: PodState;
  readonly row: PullRow;
}

/** The failing pull of a mounted base; undefined: there is no sign of one. */
export function failedBasePull({ identity, pod }: BuildRun): FailedBasePull | undefined {
  if (identity.base !== 'Mounted' || pod === null) {
    return undefined;
  }
  const message = failedPull(pod.containers[containers.build]);
  const found = message === undefined ? undefined : pullRows.find(({ match }) => match.test(message));
  const reference = parseReference(identity.bases.at(-1)?.image ?? '');
  return message === undefined || found === undefined
    ? undefined
    : { pod, row: found, message, registry: reference.ok ? reference.value.registry : '' };
}

/** The failure of a build whose base the node cannot pull. */
export function basePullFailure({ row: { reason, message: text }, pod, registry, message }: FailedBasePull): Failure {
  return failureOf(reason, fill(text, { node: pod.nodeName, registry, message }));
}
