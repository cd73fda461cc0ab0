import { AuthorizationV1Api, setHeaderOptions } from '@kubernetes/client-node';
import type { Connection } from '../../src/kubernetes/client/connection.ts';

/** API groups of the resources that requests name without one. */
const groups: Readonly<Record<string, string>> = {
  imagespecs: 'imagespec.dev',
  jobs: 'batch',
  leases: 'coordination.k8s.io',
};

/**
 * Asks the API server whether a user may do something in a namespace: `yes` or `no`. It takes a moment to know a changed
 * Role, so poll the answer. A `no` says something only after a `yes` that the same Role gives.
 * @param request as `kubectl auth can-i` takes it: `VERB RESOURCE[.GROUP][/NAME] [--subresource=SUBRESOURCE]`
 */
export function may(admin: Connection, who: string, request: string, where: string): () => Promise<string> {
  const [, verb, resource = '', group, name, subresource] =
    /^(\S+) ([a-z]+)(?:\.([a-z0-9.]+))?(?:\/(\S+))?(?: --subresource=(\S+))?$/.exec(request) ?? [];
  if (verb === undefined) {
    throw new Error(`"${request}" is no request; write VERB RESOURCE[.GROUP][/NAME] [--subresource=SUBRESOURCE]`);
  }
  const resourceAttributes = {
    namespace: where,
    verb,
    resource,
    group: group ?? groups[resource] ?? '',
    ...(name === undefined ? {} : { name }),
    ...(subresource === undefined ? {} : { subresource }),
  };
  // Impersonation, so that the user is in the groups that the API server puts a user of this kind into.
  const asUser = setHeaderOptions('Impersonate-User', who);
  return async () => {
    const review = await admin.config
      .makeApiClient(AuthorizationV1Api)
      .createSelfSubjectAccessReview({ body: { spec: { resourceAttributes } } }, asUser);
    return review.status?.allowed === true ? 'yes' : 'no';
  };
}

/** How long it is polled. */
export const patience = { timeout: 40_000 };
