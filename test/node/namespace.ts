import { type Kubectl, succeed } from '../integration/kubectl.ts';

/** Makes a namespace when it is not there. */
export async function ensureNamespace(kubectl: Kubectl, name: string): Promise<void> {
  const manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
  await succeed(kubectl(['apply', '-f', '-'], JSON.stringify(manifest)));
}
