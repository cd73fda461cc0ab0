import { writeFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import type { Authority, Certificate } from './pki.ts';

/** Writes a kubeconfig with everything in it, for one server and one client certificate. */
export async function writeKubeconfig(
  file: string,
  server: string,
  authority: Authority,
  client: Certificate,
): Promise<void> {
  const name = 'imagespec';
  const content = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster: { server, 'certificate-authority-data': base64(authority.certificate) } }],
    users: [
      { name, user: { 'client-certificate-data': base64(client.certificate), 'client-key-data': base64(client.key) } },
    ],
    contexts: [{ name, context: { cluster: name, user: name } }],
  };
  await writeFile(file, stringify(content), { mode: 0o600 });
}

/** Writes a script that is kubectl for one kubeconfig; `kubernetes` is the multi-call binary. */
export async function writeKubectl(file: string, kubernetes: string, kubeconfig: string): Promise<void> {
  const variables = `KUBECONFIG=${quoted(kubeconfig)} KUBECACHEDIR=${quoted(`${kubeconfig}-cache`)}`;
  const lines = ['#!/bin/sh', `${variables} exec ${quoted(kubernetes)} kubectl "$@"`, ''];
  await writeFile(file, lines.join('\n'), { mode: 0o755 });
}

/** Writes a script that is the machine's kubectl for one kubeconfig. Without one, it is the kubectl inside a container. */
export async function writeContainerKubectl(file: string, kubeconfig: string, container: string): Promise<void> {
  const lines = [
    '#!/bin/sh',
    `if command -v kubectl >/dev/null 2>&1; then KUBECONFIG=${quoted(kubeconfig)} exec kubectl "$@"; fi`,
    `exec docker exec -i ${quoted(container)} kubectl "$@"`,
    '',
  ];
  await writeFile(file, lines.join('\n'), { mode: 0o755 });
}

/** A word for a POSIX shell. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
