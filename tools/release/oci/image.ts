import { z } from 'zod';

/** Media types of the OCI image specification 1.1. */
export const mediaTypes = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  /** The config of an artefact that has none (OCI image specification, "Guidance for an Empty Descriptor"). */
  empty: 'application/vnd.oci.empty.v1+json',
} as const;

/** A processor of Linux for which the operator's image is built. */
export type Architecture = 'amd64' | 'arm64';
export const architectures: readonly Architecture[] = ['amd64', 'arm64'];

const descriptorShape = z.object({
  mediaType: z.string(),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  size: z.int().min(0),
});

/** Points to a blob of a registry. */
export interface Descriptor extends z.infer<typeof descriptorShape> {
  readonly platform?: { readonly os: 'linux'; readonly architecture: Architecture; readonly variant?: string };
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

const historyShape = z.looseObject({});
const imageConfigShape = z.looseObject({
  architecture: z.string(),
  config: z.looseObject({ Env: z.array(z.string()).nullish(), WorkingDir: z.string().optional() }).default({}),
  rootfs: z.object({ type: z.literal('layers'), diff_ids: z.array(z.string()) }),
  history: z.array(historyShape).nullish(),
});

/** Docker's names for what OCI names otherwise; the bytes are the same. */
const dockerLayers: Readonly<Record<string, string>> = {
  'application/vnd.docker.image.rootfs.diff.tar.gzip': mediaTypes.layer,
  'application/vnd.docker.image.rootfs.diff.tar': 'application/vnd.oci.image.layer.v1.tar',
};

/** The image of one platform that another is built on. */
export interface BaseImage {
  readonly config: z.infer<typeof imageConfigShape>;
  readonly layers: readonly Descriptor[];
}

const manifestShape = z.object({ layers: z.array(descriptorShape) });

/** Parses a manifest and its config, as a registry serves them. */
export function baseImageOf(manifest: unknown, config: unknown): BaseImage {
  return { config: imageConfigShape.parse(config), layers: manifestShape.parse(manifest).layers };
}

/** A layer that is put on a base. */
export interface NewLayer {
  readonly descriptor: Descriptor;
  /** Digest of the uncompressed archive. */
  readonly diffId: string;
  /** The instruction that it is from. */
  readonly createdBy: string;
}

/** What an image has beside its base. */
export interface Additions {
  readonly layers: readonly NewLayer[];
  readonly user: string;
  readonly entrypoint: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** RFC 3339. */
  readonly created: string;
}

/** The config of the image: the base's, with these additions. Layers of the base, its variables and its folder stay. */
export function configOn(base: BaseImage, architecture: Architecture, additions: Additions): object {
  const { config } = base.config;
  return {
    architecture,
    os: 'linux',
    created: additions.created,
    config: {
      User: additions.user,
      Env: config.Env ?? [],
      Entrypoint: additions.entrypoint,
      ...(config.WorkingDir === undefined ? {} : { WorkingDir: config.WorkingDir }),
      Labels: additions.labels,
    },
    rootfs: {
      type: 'layers',
      diff_ids: [...base.config.rootfs.diff_ids, ...additions.layers.map(({ diffId }) => diffId)],
    },
    history: [
      ...(base.config.history ?? []),
      ...additions.layers.map(({ createdBy }) => ({ created: additions.created, created_by: createdBy })),
    ],
  };
}

/** The manifest of an image with this config, whose layers are the base's and the added ones. */
export function manifestOn(
  base: BaseImage,
  config: Descriptor,
  additions: Additions,
  annotations: Readonly<Record<string, string>>,
): object {
  return {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config,
    layers: [
      ...base.layers.map((layer) => ({ ...layer, mediaType: dockerLayers[layer.mediaType] ?? layer.mediaType })),
      ...additions.layers.map(({ descriptor }) => descriptor),
    ],
    annotations,
  };
}

/** An index of images, one a platform. */
export function indexOf(manifests: readonly Descriptor[], annotations: Readonly<Record<string, string>>): object {
  return { schemaVersion: 2, mediaType: mediaTypes.index, manifests, annotations };
}
