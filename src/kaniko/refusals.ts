import type { Row } from '../api/failureRows.ts';
import { plainText } from '../text/plain.ts';
import { fill, findIn } from './failures/row.ts';

/** A row of what the API server says when it makes no Job or Pod. */
export interface RefusalRow extends Row {
  readonly seen: 'refusal';
  readonly match: RegExp;
  readonly is: Refusal['is'];
}

/**
 * What a refusal means for a build.
 *
 * - quota: it goes on by itself when there is room
 * - refused: a person must change something
 * - passing: it is tried again by whoever made the attempt, and says nothing about the build
 */
export type Refusal =
  | { readonly is: 'quota'; readonly message: string }
  | { readonly is: 'refused'; readonly message: string }
  | { readonly is: 'passing'; readonly message: string };

function row(id: string, is: Refusal['is'], match: RegExp, what: string, message: string): RefusalRow {
  return { seen: 'refusal', id, is, match, what, message, example: `${id}.txt` };
}

/**
 * Messages of the API server (and of admission plugins) for a Pod or a Job that it refuses, tried in order; those of
 * Pods come from the Job's Events FailedCreate, as the Job's own status says nothing.
 */
export const refusalRows: readonly RefusalRow[] = [
  row(
    'webhook-unavailable',
    'passing',
    /failed calling webhook/,
    'an admission webhook does not answer',
    'tried again by the Job controller',
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
    'nothing is built in a namespace that goes away',
  ),
  row(
    'quota-without-limits',
    'refused',
    /failed quota: (?<quota>[^:]+): must specify (?<missing>.*)/,
    'a quota of the namespace asks for resources that the build does not name',
    'the quota {quota} asks for {missing}; set it in spec.build.resources',
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
    'the cluster has no PriorityClass {name}; the administrator corrects build.priorityClassName',
  ),
  row(
    'runtime-class-missing',
    'refused',
    /RuntimeClass "(?<name>[^"]+)" not found/,
    'a RuntimeClass that is asked for does not exist',
    'the cluster has no RuntimeClass {name}',
  ),
  row(
    'operator-forbidden',
    'refused',
    /User "(?<user>[^"]+)" cannot create resource "(?<resource>[^"]+)"/,
    'the operator has no right to make Jobs in this namespace',
    'the operator ({user}) may not create {resource} in this namespace; the administrator gives it the rights of deploy/base/rbac.yaml',
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
    'something else has the name of the build Job',
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
 * What a message of an Event FailedCreate, or of a 403 or 422 to creating a Job or Pod, means. What no row knows is
 * passing: conflicts, timeouts, an API server that is busy.
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
