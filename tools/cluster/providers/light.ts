import { join } from 'node:path';
import { type CommandWords, createCredentials, startApiServer, startControllerManager } from '../control-plane.ts';
import { freePorts } from '../free-ports.ts';
import type { Host } from '../host.ts';
import { writeKubectl } from '../kubeconfig.ts';
import type { Description } from '../state.ts';
import type { Component, ComponentSpec } from '../supervision/component.ts';

/** Which control plane a light cluster has. */
export type ControlPlane =
  /** API server and controllers of the multi-call binary. */
  | { readonly is: 'complete' }
  /** An API server by this command, alone: another version's (a controller manager is never newer than it), or one whose Jobs nothing acts on. */
  | { readonly is: 'apiServerOnly'; readonly command: CommandWords };

/**
 * Runs etcd, API server and controller manager on the loopback address, without root. Pods can be created and stay
 * Pending, Jobs make their Pods, owners are followed by the garbage collector.
 */
export async function runLight(
  folder: string,
  kubernetes: string,
  controlPlane: ControlPlane,
  host: Host,
): Promise<Description> {
  async function start(spec: ComponentSpec): Promise<Component> {
    const component = await host.launch(spec);
    host.undo(() => component.kill());
    return component;
  }

  const [port = 0, etcdPort = 0] = await freePorts('127.0.0.1', 2);
  const address = {
    host: '127.0.0.1',
    port,
    etcdPort,
    serviceRange: '10.96.0.0/16',
    serviceAddress: '10.96.0.1',
  };
  const credentials = await createCredentials(folder, address);
  await writeKubectl(join(folder, 'kubectl'), kubernetes, credentials.adminKubeconfig);
  await startApiServer(folder, kubernetes, apiServerOf(controlPlane, kubernetes), address, credentials, start);
  if (controlPlane.is === 'complete') {
    await startControllerManager(folder, kubernetes, address, credentials, start);
  }
  return { provider: 'light' };
}

function apiServerOf(controlPlane: ControlPlane, kubernetes: string): CommandWords {
  switch (controlPlane.is) {
    case 'complete':
      return [kubernetes, 'kube-apiserver'];
    case 'apiServerOnly':
      return controlPlane.command;
  }
}
