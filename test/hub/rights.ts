import { join } from 'node:path';
import { type Kubectl, succeed } from '../integration/kubectl.ts';
import { writeServiceAccountKubeconfig } from '../integration/service-account.ts';

/** The rights of zero-to-jupyterhub's Role `hub` (templates/hub/rbac.yaml) that an empty volume for the home needs. */
const rules = [
  {
    apiGroups: [''],
    resources: ['pods', 'persistentvolumeclaims'],
    verbs: ['get', 'watch', 'list', 'create', 'delete'],
  },
  { apiGroups: [''], resources: ['events'], verbs: ['get', 'watch', 'list'] },
];

/**
 * Makes the ServiceAccount `hub` of a namespace, with the rights of a Hub.
 * @returns path of a kubeconfig with these rights and no others
 */
export async function giveHubRights(
  admin: { readonly kubeconfig: string; readonly kubectl: Kubectl },
  namespace: string,
  folder: string,
): Promise<string> {
  const metadata = { name: 'hub', namespace };
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'hub' };
  const items = [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata, rules },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata,
      roleRef,
      subjects: [{ kind: 'ServiceAccount', ...metadata }],
    },
  ];
  await succeed(admin.kubectl(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items })));
  return writeServiceAccountKubeconfig(join(folder, 'kubeconfig'), admin, metadata);
}
