import type { Adapt } from '../../tools/cluster/install.ts';

/** Ports of this machine's end of the node's link, at which the tests' own registries listen. */
export const ports = { unreliable: 5101, guarded: 5102, foreign: 5103, front: 5104 } as const;

/** This machine's end of the link to the node with this address. */
export function hostEnd(nodeAddress: string): string {
  return nodeAddress.replace(/\.\d+$/, '.1');
}

/** A label that no node has, which specs may ask for. */
export const nowhere = 'imagespec.dev/nowhere';

/** The taint of a node whose kubelet is silent. */
export const unreachable = 'node.kubernetes.io/unreachable';

/** Long enough for three tries of a busy kubelet: it waits 10 s, then 20 s, and then for its next look at the Pod. */
export const imagePullGraceSeconds = 70;

/** How launches are judged: a machine that runs tests is slower than one that has users. The Hubs of the tests wait as long. */
export const probe = { timeoutSeconds: 60 } as const;

/**
 * The one list of images that is published: the namespace of the Hub that reads it, as deploy/jupyterhub/ names it, and the
 * namespace whose ImageSpecs are in it.
 */
export const list = { hub: 'jupyterhub', images: 'science' } as const;

/** What the tests' operator knows of the Hub, beside its version. */
export const hubSettings = { probe, publish: [{ namespace: list.hub, namespaces: [list.images] }] } as const;

/**
 * The settings of the tests' operator with what its lifecycle needs: waits short enough for a test, registries that tests
 * start and stop, permission to ask for missing things.
 */
export function lifecycleSettings(configuration: Parameters<Adapt>[0], nodeAddress: string): object {
  const address = hostEnd(nodeAddress);
  const own = [ports.unreliable, ports.guarded, ports.front].map((port) => `${address}:${port}`);
  return {
    ...configuration,
    registries: {
      ...configuration.registries,
      insecure: [...configuration.registries.insecure, ...own],
      internal: [...configuration.registries.internal, `${address}:${ports.foreign}`],
    },
    jupyterHub: { ...configuration.jupyterHub, ...hubSettings },
    build: { imagePullGraceSeconds, imageCheckSeconds: 60, concurrency: 30 },
    policy: {
      ...configuration.policy,
      nodeSelectors: [{ key: nowhere }],
      tolerations: [{ key: unreachable, effect: 'NoExecute' }],
    },
  };
}
