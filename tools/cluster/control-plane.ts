import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { httpsGet, type Trust } from './http.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { type Authority, type Certificate, createAuthority, createSigningKey } from './pki.ts';
import type { Component, ComponentSpec } from './supervision/component.ts';
import { untilReady } from './supervision/component.ts';

/** Where a control plane listens. */
export interface ControlPlaneAddress {
  /** The API server's address; a loopback address is for a cluster without nodes. */
  readonly host: string;
  readonly port: number;
  readonly etcdPort: number;
  /** The Services' range, and its first address: the API server's own Service. */
  readonly serviceRange: string;
  readonly serviceAddress: string;
}

/** Certificates and kubeconfigs of a control plane; all in one folder. */
export interface Credentials {
  readonly authority: Authority;
  readonly server: string;
  /** For https requests as the user with all rights. */
  readonly trust: Trust;
  /** Path of the kubeconfig of the user with all rights. */
  readonly adminKubeconfig: string;
  readonly serverCertificate: Certificate;
  readonly kubeletClient: Certificate;
  readonly serviceAccount: { readonly privateFile: string; readonly publicFile: string };
  /** Writes `FILE.kubeconfig` for another user and gives its path. */
  kubeconfigFor(file: string, name: string, group: string): Promise<string>;
}

/** Makes what the members of a control plane need to trust one another. */
export async function createCredentials(folder: string, address: ControlPlaneAddress): Promise<Credentials> {
  const pki = join(folder, 'pki');
  await mkdir(pki, { recursive: true, mode: 0o700 });
  const server = `https://${address.host}:${address.port}`;
  const authority = await createAuthority(pki, 'ca', 'imagespec test cluster');
  const names = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'localhost'];
  const serverCertificate = await authority.issue('kube-apiserver', {
    name: 'kube-apiserver',
    group: 'kubernetes',
    hosts: [...new Set([...names, '127.0.0.1', address.host, address.serviceAddress])],
  });
  const admin = await authority.issue('admin', { name: 'admin', group: 'system:masters', hosts: [] });
  const adminKubeconfig = join(folder, 'kubeconfig');
  await writeKubeconfig(adminKubeconfig, server, authority, admin);
  return {
    authority,
    server,
    trust: { ca: authority.certificate, cert: admin.certificate, key: admin.key },
    adminKubeconfig,
    serverCertificate,
    kubeletClient: await authority.issue('kubelet-client', {
      name: 'kube-apiserver',
      group: 'system:masters',
      hosts: [],
    }),
    serviceAccount: await createSigningKey(pki, 'service-account'),
    async kubeconfigFor(file, name, group) {
      const path = join(folder, `${file}.kubeconfig`);
      await writeKubeconfig(path, server, authority, await authority.issue(file, { name, group, hosts: [] }));
      return path;
    },
  };
}

/** How a component is started: the light cluster does it as it is, the node inside its namespaces. */
export type Start = (spec: ComponentSpec) => Promise<Component>;

/** The words of a command before its flags: a program, and the component's name where the program is more than one. */
export type CommandWords = readonly [string, ...string[]];

/** Below a cluster's folder: what ServiceAccounts asked of the API server, one JSON object (audit.k8s.io/v1 Event) a line. */
export const auditLog = 'audit.log';

/** The audit log names user, request and time, without contents. It skips the cluster's own members: they never rest. */
const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  omitManagedFields: true,
  rules: [
    { level: 'None', userGroups: ['system:serviceaccounts:kube-system', 'system:nodes', 'system:masters'] },
    { level: 'Metadata', userGroups: ['system:serviceaccounts'] },
    { level: 'None' },
  ],
};

/**
 * Starts etcd and the API server, one after the other, and waits until the API server is ready.
 *
 * @param kubernetes path of the multi-call binary, whose etcd runs.
 * @param apiServer what runs as the API server: the same binary, or another version's.
 */
export async function startApiServer(
  folder: string,
  kubernetes: string,
  apiServer: CommandWords,
  address: ControlPlaneAddress,
  credentials: Credentials,
  start: Start,
): Promise<void> {
  const etcdUrl = `http://127.0.0.1:${address.etcdPort}`;
  const etcd = await start({
    name: 'etcd',
    command: kubernetes,
    env: {},
    args: [
      'etcd',
      `--data-dir=${join(folder, 'etcd')}`,
      `--listen-client-urls=${etcdUrl}`,
      `--advertise-client-urls=${etcdUrl}`,
      '--listen-peer-urls=http://127.0.0.1:0',
      // The data goes away with the cluster: nothing has to survive a power cut.
      '--unsafe-no-fsync',
      '--log-level=warn',
    ],
  });
  const policy = join(folder, 'audit-policy.json');
  await writeFile(policy, JSON.stringify(auditPolicy));
  const isLoopback = address.host.startsWith('127.');
  const [command, ...words] = apiServer;
  const server = await start({
    name: 'kube-apiserver',
    command,
    env: {},
    args: [
      ...words,
      `--etcd-servers=${etcdUrl}`,
      `--bind-address=${isLoopback ? address.host : '0.0.0.0'}`,
      `--advertise-address=${address.host}`,
      // A loopback address must not become an endpoint of the `kubernetes` Service.
      `--endpoint-reconciler-type=${isLoopback ? 'none' : 'lease'}`,
      `--secure-port=${address.port}`,
      `--service-cluster-ip-range=${address.serviceRange}`,
      `--tls-cert-file=${credentials.serverCertificate.certificateFile}`,
      `--tls-private-key-file=${credentials.serverCertificate.keyFile}`,
      `--client-ca-file=${credentials.authority.file}`,
      `--service-account-issuer=https://kubernetes.default.svc`,
      `--service-account-key-file=${credentials.serviceAccount.publicFile}`,
      `--service-account-signing-key-file=${credentials.serviceAccount.privateFile}`,
      `--kubelet-client-certificate=${credentials.kubeletClient.certificateFile}`,
      `--kubelet-client-key=${credentials.kubeletClient.keyFile}`,
      `--kubelet-certificate-authority=${credentials.authority.file}`,
      '--kubelet-preferred-address-types=InternalIP',
      '--authorization-mode=Node,RBAC',
      '--enable-admission-plugins=NodeRestriction',
      '--allow-privileged',
      '--profiling=false',
      `--audit-policy-file=${policy}`,
      `--audit-log-path=${join(folder, auditLog)}`,
    ],
  });
  const ready = async () => {
    const answer = await httpsGet(`${credentials.server}/readyz`, credentials.trust);
    return answer.status === 200 ? undefined : `/readyz answers ${answer.status}`;
  };
  // An API server without etcd only says that it has none: etcd's own end is the better message.
  await Promise.race([
    untilReady(server, ready, 90_000),
    etcd.ended.then(() => untilReady(etcd, async () => 'it is gone', 0)),
  ]);
}

/** Starts the controller manager and waits until it has made the first ServiceAccount, without which no Pod can be. */
export async function startControllerManager(
  folder: string,
  kubernetes: string,
  address: ControlPlaneAddress,
  credentials: Credentials,
  start: Start,
): Promise<void> {
  const kubeconfig = await credentials.kubeconfigFor(
    'kube-controller-manager',
    'system:kube-controller-manager',
    'system:kube-controller-manager',
  );
  const manager = await start({
    name: 'kube-controller-manager',
    command: kubernetes,
    env: {},
    args: [
      'kube-controller-manager',
      `--kubeconfig=${kubeconfig}`,
      `--service-account-private-key-file=${credentials.serviceAccount.privateFile}`,
      `--root-ca-file=${credentials.authority.file}`,
      `--cluster-signing-cert-file=${credentials.authority.file}`,
      `--cluster-signing-key-file=${credentials.authority.keyFile}`,
      `--service-cluster-ip-range=${address.serviceRange}`,
      '--use-service-account-credentials',
      // One ServiceAccount and token per controller at start: the default rate makes that five seconds.
      '--kube-api-qps=500',
      '--kube-api-burst=1000',
      '--leader-elect=false',
      // No client scrapes it, and a second cluster beside this one would want the same port.
      '--secure-port=0',
      // The program makes this folder, by default below /usr.
      `--flex-volume-plugin-dir=${join(folder, 'volume-plugins')}`,
    ],
  });
  const ready = async () => {
    const path = '/api/v1/namespaces/default/serviceaccounts/default';
    const answer = await httpsGet(`${credentials.server}${path}`, credentials.trust);
    return answer.status === 200 ? undefined : `no default ServiceAccount yet (${answer.status})`;
  };
  await untilReady(manager, ready, 60_000);
}

/** Starts the scheduler. It has no queryable state: the first Pod shows that it works. */
export async function startScheduler(kubernetes: string, credentials: Credentials, start: Start): Promise<void> {
  const kubeconfig = await credentials.kubeconfigFor(
    'kube-scheduler',
    'system:kube-scheduler',
    'system:kube-scheduler',
  );
  await start({
    name: 'kube-scheduler',
    command: kubernetes,
    env: {},
    args: ['kube-scheduler', `--kubeconfig=${kubeconfig}`, '--leader-elect=false', '--secure-port=0'],
  });
}
