import type { Row } from '../api/reasons/failureRows.ts';
import { plainText } from '../text/plain.ts';
import { fill, findIn } from './failures/row.ts';

/** A refusal of the API server to create a Job or Pod. */
export interface RefusalRow extends Row {
  readonly seen: 'refusal';
  readonly match: RegExp;
  readonly is: Refusal['is'];
}

/**
 * What a refusal means for a build.
 *
 * - quota: the build continues by itself when there is room
 * - refused: a user or administrator must change something
 * - passing: the actor of the attempt retries, and it shows nothing about the build
 */
export type Refusal =
  | { readonly is: 'quota'; readonly message: string }
  | { readonly is: 'refused'; readonly message: string }
  | { readonly is: 'passing'; readonly message: string };

function row(id: string, is: Refusal['is'], match: RegExp, what: string, message: string): RefusalRow {
  return { seen: 'refusal', id, is, match, what, message, example: `${id}.txt` };
}

/**
 * Messages with which the API server and admission plugins refuse a Pod or a Job, tried in order. Those about Pods come
 * from the Job's Events FailedCreate, as the Job's status has none.
 */
export const refusalRows: readonly RefusalRow[] = [
  row(
    'webhook-unavailable',
    'passing',
    /failed calling webhook/,
    'an admission webhook does not respond',
    'retried by the Job controller',
  ),
  row(
    'webhook-denied',
    'refused',
    /admission webhook "(?<webhook>[^"]+)" denied the request:? ?(?<cause>[\s\S]*)/,
    'an admission webhook denies it',
    'the admission webhook {webhook} refuses the build Pod: {cause}',
  ),
  row(
    'admission-policy-denied',
    'refused',
    /ValidatingAdmissionPolicy '(?<policy>[^']+)'.* denied request: (?<cause>[\s\S]*)/,
    'a ValidatingAdmissionPolicy denies it',
    'the policy {policy} of the cluster refuses the build Pod: {cause}',
  ),
  row(
    'namespace-terminating',
    'passing',
    /because it is being terminated/,
    'the namespace is being deleted',
    'the namespace is being deleted, so the operator builds nothing in it',
  ),
  row(
    'quota-without-limits',
    'refused',
    /failed quota: (?<quota>[^:]+): must specify (?<missing>.*)/,
    'a quota of the namespace requires resources that the build does not set',
    'the quota {quota} requires {missing}; set it in spec.build.resources',
  ),
  row(
    'quota-exceeded',
    'quota',
    /exceeded quota: (?<quota>[^,\s]+)(?:, (?<detail>[\s\S]*))?/,
    'the quota of the namespace is used up',
    'the quota {quota} of the namespace has no room for the build: {detail}',
  ),
  row(
    'pod-security',
    'refused',
    /violates PodSecurity "(?<level>[^"]+)": (?<cause>[\s\S]*)/,
    'Pod Security of the namespace does not allow the builder',
    'Pod Security {level} of the namespace does not allow the builder, which needs the level baseline: {cause}',
  ),
  row(
    'limit-range',
    'refused',
    /(?<limit>(?:maximum|minimum) \S+ usage per \w+ is [^,]+|\S+ max limit to request ratio per \w+ is [^,]+), but (?<given>[^,]*)/,
    'a LimitRange of the namespace does not allow the resources',
    'a LimitRange of the namespace does not allow the build Pod: {limit}, but {given}; change spec.build.resources',
  ),
  row(
    'service-account-missing',
    'refused',
    /serviceaccount "(?<account>[^"]+)" not found/,
    'spec.build.serviceAccountName names no service account',
    'the namespace has no service account {account}; create it, or change spec.build.serviceAccountName',
  ),
  row(
    'priority-class-missing',
    'refused',
    /no PriorityClass with name (?<name>\S+) was found/,
    'build.priorityClassName names no PriorityClass',
    'the cluster has no PriorityClass {name}; ask the administrator to correct build.priorityClassName',
  ),
  row(
    'runtime-class-missing',
    'refused',
    /RuntimeClass "(?<name>[^"]+)" not found/,
    'build.runtimeClassName names no RuntimeClass',
    'the cluster has no RuntimeClass {name}; ask the administrator to correct build.runtimeClassName',
  ),
  row(
    'operator-forbidden',
    'refused',
    /User "(?<user>[^"]+)" cannot create resource "(?<resource>[^"]+)"/,
    'the operator has no right to create Jobs in this namespace',
    'the operator ({user}) may not create {resource} in this namespace; ask the administrator to grant it the rights of deploy/base/rbac.yaml',
  ),
  row(
    'object-invalid',
    'refused',
    /is invalid: (?<cause>[\s\S]*)/,
    'the API server does not accept a field of the Job or Pod',
    'the cluster does not accept the build Pod: {cause}',
  ),
  row(
    'name-taken',
    'refused',
    /^(?<object>\w+ "[^"]+") exists already and does not belong to this ImageSpec/,
    'another object has the name of the build Job',
    '{object} exists already and does not belong to this ImageSpec; delete it',
  ),
  row(
    'refused-otherwise',
    'refused',
    /is forbidden: (?<cause>[\s\S]*)/,
    'another admission plugin refuses it',
    'the cluster refuses the build Pod: {cause}',
  ),
];

/**
 * The meaning of an Event FailedCreate, or of a 403 or 422 on creating a Job or Pod. A message without a row is
 * passing: conflicts, timeouts, an overloaded API server.
 */
export function refusalOf(message: string): Refusal {
  const text = plainText(message);
  for (const candidate of refusalRows) {
    const found = findIn(candidate, text);
    if (found !== undefined) {
      return { is: candidate.is, message: fill(candidate.message, found) };
    }
  }
  return { is: 'passing', message: fill('{text}', { text: text.replace(/^Error creating: /, '') }) };
}
