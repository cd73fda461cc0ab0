/** A registry without authentication, spoken to in plain http. */
export interface PlainRegistry {
  /** `host:port`, the same for this machine and for Pods. */
  readonly host: string;
  readonly url: string;
}

/** A registry behind TLS by a certificate authority of its own, open to one user only. */
export interface SecuredRegistry extends PlainRegistry {
  /** Path of the PEM file of its certificate authority. */
  readonly ca: string;
  readonly username: string;
  readonly password: string;
}

export interface Registries {
  readonly plain: PlainRegistry;
  readonly secured: SecuredRegistry;
}

/** An image that the plain registry serves under the name that users write. */
export interface ServedImage {
  /** With its public registry and its tag: `quay.io/jupyter/minimal-notebook:2026-11-16`. */
  readonly name: string;
  /** `stand-in`: made here, because no registry that has the real one could be reached. */
  readonly standsFor: 'stand-in' | 'real';
}

/** What every cluster offers. */
interface Running {
  /** Unique among the clusters of this user. */
  readonly name: string;
  /** Path of a kubeconfig with all rights. */
  readonly kubeconfig: string;
  /**
   * Takes the cluster down and removes what it made, nothing else; a second call does nothing more.
   * A cluster that existed before stays.
   */
  stop(): Promise<void>;
}

/** Files of a cluster that runs on this machine, all under the user's state folder. */
interface OnThisMachine extends Running {
  /** Everything of this cluster: logs, data, kubeconfig. */
  readonly folder: string;
  /** A script that is kubectl with this cluster's kubeconfig. */
  readonly kubectl: string;
}

/** A cluster that the user named: nothing is known about it but how to reach it. */
export interface ExistingCluster extends Running {
  readonly provider: 'existing';
  readonly context: string;
}

/** etcd, API server and controller manager; no node, so Pods stay Pending. */
export interface LightCluster extends OnThisMachine {
  readonly provider: 'light';
}

/** A real node without a container engine. */
export interface LocalCluster extends OnThisMachine {
  readonly provider: 'local';
  readonly registries: Registries;
  readonly images: readonly ServedImage[];
  /** The node's address, reachable from this machine and from Pods. */
  readonly address: string;
}

/** k3s in a container of the Docker engine. */
export interface K3sCluster extends OnThisMachine {
  readonly provider: 'k3s';
  readonly registries: Registries;
  readonly images: readonly ServedImage[];
}

/** A cluster for tests and the quick start, by who provides it. */
export type Cluster = ExistingCluster | LightCluster | LocalCluster | K3sCluster;

/**
 * How long a cluster lives: `process` takes it down with the process that started it, however that ends;
 * `detached` leaves it up until a command takes it down by name.
 */
export type Lifetime = 'process' | 'detached';
