import type { Config } from '../config/schema.ts';
import type { PackageFields } from '../packages/names.ts';

/** What an image is built from: packages on a base, or a Dockerfile. `pipIndexes` are URLs here. */
export type Source =
  | (PackageFields & {
      readonly is: 'packages';
      readonly base: BaseChoice;
      /** Secret whose key `netrc` is mounted while packages are installed. */
      readonly credentialsSecret: string | null;
      readonly env: readonly NameValue[];
    })
  | {
      readonly is: 'dockerfile';
      readonly text: string;
    };

/** What packages are installed on: a reference as the user wrote it, or the image of another ImageSpec of the namespace. */
export type BaseChoice =
  | { readonly is: 'image'; readonly reference: string }
  | { readonly is: 'imageSpec'; readonly name: string };

/** A command that must succeed in the built image. */
export interface Verification {
  readonly name: string;
  readonly command: readonly string[];
  readonly timeoutSeconds: number;
}

/** How the image is launched as JupyterHub would, and what the verdict means. */
export interface HubSettings {
  /** What the image is built from. Advice to install something fits it. */
  readonly source: Source['is'];
  /** Report: the verdict is shown. Require: it gates the image. Skip: there is none. */
  readonly policy: 'Report' | 'Require' | 'Skip';
  /** null: unknown. */
  readonly hubVersion: string | null;
  /** Origin of the value. An edit of the resource changes it, or an edit of the platform's settings. */
  readonly hubVersionFrom: 'spec' | 'platform';
  readonly probe: 'Enabled' | 'Disabled';
  readonly args: readonly string[];
  readonly uid: number;
  readonly fsGroup: number;
  readonly homePath: string;
  readonly port: number;
  readonly env: readonly NameValue[];
  readonly timeoutSeconds: number;
  readonly resources: Resources;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly Toleration[];
  readonly affinity: Placement['affinity'];
  readonly labels: Placement['labels'];
  readonly annotations: Placement['annotations'];
  readonly priorityClassName: string | null;
  readonly sandbox: Sandbox;
  /** Machine profiles offered with the image, by name. */
  readonly profiles: readonly string[];
}

/** What separates a Pod from its node. */
export interface Sandbox {
  /** null: the cluster's default. */
  readonly runtimeClassName: string | null;
  /** Whether the users of the Pod are those of the node, as Kubernetes' field of that name. */
  readonly hostUsers: boolean;
}

/** Where the platform runs Pods, and how it marks them. */
export interface Placement {
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly Toleration[];
  /** As in a Pod's spec; null: none. */
  readonly affinity: Config['build']['affinity'];
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A variable and its literal value. */
export interface NameValue {
  readonly name: string;
  readonly value: string;
}

/** A toleration of the build Pod; '' stands for what is absent. */
export interface Toleration {
  readonly key: string;
  readonly operator: 'Equal' | 'Exists';
  readonly value: string;
  readonly effect: '' | 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
  readonly tolerationSeconds: number | null;
}

/** Resource amounts by name, as Kubernetes writes them. */
export interface Resources {
  readonly requests: Readonly<Record<string, string>>;
  readonly limits: Readonly<Record<string, string>>;
}

/** What the administrator has set for all builds: it is in their Pods, and in no image's identity. */
export interface PlatformSettings {
  readonly images: Config['images'];
  readonly build: Pick<Config['build'], 'priorityClassName' | 'imagePullSecrets' | 'base'> & {
    readonly sandbox: Sandbox;
    readonly placement: Placement;
  };
  readonly registries: Pick<Config['registries'], 'mirrors' | 'insecure'>;
  readonly caBundle: Config['caBundle'];
  readonly proxy: Config['proxy'];
  readonly pip: Config['pip'];
  readonly conda: Config['conda'];
  readonly apt: Config['apt'];
  readonly cran: Config['cran'];
}

/**
 * The complete request of the user. After `resolveSpec`, no code reads `object.spec` or applies a default.
 */
export interface EffectiveSpec {
  readonly source: Source;
  readonly platform: string;
  readonly args: readonly NameValue[];
  readonly pullSecret: string | null;
  /** Secrets of the platform for base images, by normalised registry host. */
  readonly registrySecrets: readonly { readonly registry: string; readonly secret: string }[];
  readonly pushMode: 'Isolated' | 'Direct';
  /** Where layers are kept between builds; null when they are not. */
  readonly cache: { readonly repository: string; readonly secret: string | null; readonly ttlHours: number } | null;
  /** Normalised repository without tag, e.g. `index.docker.io/library/x`. */
  readonly repository: string;
  /** Whether the platform's policy keeps every other namespace from pushing there. */
  readonly repositoryBound: 'ToNamespace' | 'Open';
  readonly movingTag: string;
  readonly pushSecret: string | null;
  readonly timeoutSeconds: number;
  readonly retries: number;
  readonly resources: Resources;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly Toleration[];
  readonly serviceAccountName: string | null;
  readonly hub: HubSettings;
  readonly verify: readonly Verification[];
  readonly baseUpdate: { readonly policy: 'Ignore' | 'Notify' | 'Rebuild'; readonly intervalSeconds: number };
  /** What people read in the Hub's list. */
  readonly display: { readonly name: string; readonly description: string };
  readonly platformSettings: PlatformSettings;
  readonly suspend: boolean;
  readonly historyLimit: number;
}

/**
 * What of a base keeps a container from running on it as on an unpacked one: nothing, folders that become volumes,
 * variables that would steer the builder, or instructions for builds on it (ONBUILD).
 */
export type BaseObstacle = 'None' | 'Volumes' | 'Variables' | 'Triggers';

/** A base image as its registry describes it. */
export interface Base {
  /** Reference as the user wrote it. */
  readonly image: string;
  /** Digest of the platform's manifest, not of an index. */
  readonly digest: string;
  /** USER of the image, '' when it sets none (root). */
  readonly user: string;
  /** The base's values of the variables that the spec extends; absent where it extends none. */
  readonly env?: readonly NameValue[];
  /** Absent where it is not known, as of a base that a status kept. */
  readonly obstacle?: BaseObstacle;
}
