import { z } from 'zod';
import { isDigest } from '../oci/digest.ts';
import { parseJson } from './http/json.ts';

/** An image of one platform, as its registry describes it. */
export interface ResolvedImage {
  /** Digest of the platform's manifest, not of an index. */
  readonly digest: string;
  /** USER, '' when the image sets none. */
  readonly user: string;
  /** ONBUILD instructions, as they stand there. */
  readonly onBuild: readonly string[];
  /** Variables, each `NAME=VALUE`; at most `mostVariables`. */
  readonly env: readonly string[];
  /** Number of folders that become volumes (VOLUME). */
  readonly volumes: number;
  /** Without those that are longer than `longestLabel`. */
  readonly labels: Readonly<Record<string, string>>;
  /** Sum of the compressed layers and the configuration. */
  readonly sizeBytes: number;
}

const indexTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];
const manifestTypes = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];
const configTypes: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
]);

/** Media types of manifests that we understand, for `Accept`. */
export const acceptedTypes = [...indexTypes, ...manifestTypes].join(', ');

const digest = z.string().refine(isDigest);
const descriptor = z.object({ digest, size: z.int().min(0), mediaType: z.string().max(255).optional() });
const platformSchema = z.object({
  os: z.string(),
  architecture: z.string(),
  variant: z.string().optional(),
});

// A document that is both, read as one here and as the other elsewhere, is CVE-2021-41190.
const indexSchema = z.object({
  manifests: z.array(descriptor.extend({ platform: platformSchema.optional() })).max(1000),
  layers: z.never().optional(),
  config: z.never().optional(),
});
const manifestSchema = z.object({
  config: descriptor,
  layers: z.array(descriptor).max(1000),
  manifests: z.never().optional(),
});

/**
 * Of a label's value, in characters. A longer one has no reader. It is left out, so that what is kept of an image has a
 * bound.
 */
export const longestLabel = 32_768;

const texts = z
  .array(z.string())
  .nullish()
  .transform((list) => list ?? []);

/** Part of a platform; it is shown in a message. */
const platformPart = z.string().regex(/^[A-Za-z0-9._-]{0,64}$/);

/** More than any image has; what is kept of one is cut to this. A value that is cut is too long to be extended. */
export const mostVariables = 512;
const longestVariable = 8192;

const configSchema = z.object({
  os: platformPart.optional(),
  architecture: platformPart.optional(),
  config: z
    .object({
      User: z.string().nullish(),
      Env: texts,
      OnBuild: texts,
      Labels: z.record(z.string(), z.string()).nullish(),
      Volumes: z.record(z.string(), z.unknown()).nullish(),
    })
    .nullish(),
});

/** A manifest as it came, its digest computed from its bytes. */
export interface RawManifest {
  readonly digest: string;
  /** `Content-Type` without parameters. */
  readonly mediaType: string;
  readonly body: Buffer;
}

/** An index names manifests, a manifest names configuration and layers. */
export type Manifest =
  | { readonly is: 'index'; readonly manifests: z.output<typeof indexSchema>['manifests'] }
  | { readonly is: 'image'; readonly content: z.output<typeof manifestSchema> }
  | { readonly is: 'fault'; readonly message: string };

const mediaTypeSchema = z.object({ mediaType: z.string().max(255).optional() });

/** Reads an index or a manifest. Old registries send another content type: the body's `mediaType` counts then. */
export function readManifest({ mediaType, body }: RawManifest): Manifest {
  const parsed = parseJson(body);
  const own = mediaTypeSchema.safeParse(parsed).data?.mediaType;
  const known = [mediaType, own].find((type) => type !== undefined && (isIndexType(type) || isManifestType(type)));
  if (known === undefined) {
    const shown = /^[\w.+/-]{1,100}$/.test(own ?? mediaType) ? (own ?? mediaType) : 'something else';
    return { is: 'fault', message: `this is no image but ${shown}` };
  }
  if (isIndexType(known)) {
    const index = indexSchema.safeParse(parsed);
    return index.success
      ? { is: 'index', manifests: index.data.manifests }
      : { is: 'fault', message: 'its index is malformed' };
  }
  const manifest = manifestSchema.safeParse(parsed);
  if (!manifest.success) {
    return { is: 'fault', message: 'its manifest is malformed' };
  }
  const { mediaType: configType } = manifest.data.config;
  return configType === undefined || configTypes.has(configType)
    ? { is: 'image', content: manifest.data }
    : { is: 'fault', message: 'this is an artifact and no container image' };
}

/** Whether this is the content type of a manifest or an index. A proxy's web page is then not taken for one. */
export function isManifestOrIndexType(type: string): boolean {
  return isIndexType(type) || isManifestType(type);
}

function isIndexType(type: string): boolean {
  return indexTypes.includes(type);
}

function isManifestType(type: string): boolean {
  return manifestTypes.includes(type);
}

/**
 * The digest of the platform's manifest in an index, the first that fits, as Kaniko takes it.
 * @param platform `os/architecture` or `os/architecture/variant`
 */
export function chooseManifest(
  manifests: Extract<Manifest, { is: 'index' }>['manifests'],
  platform: string,
): string | undefined {
  return manifests.find((entry) => entry.platform !== undefined && fits(entry.platform, platform))?.digest;
}

function fits(found: z.output<typeof platformSchema>, platform: string): boolean {
  const [os, architecture, variant] = platform.split('/');
  return found.os === os && found.architecture === architecture && (variant === undefined || found.variant === variant);
}

/** What a configuration says of an image, or what is wrong with it. */
export type ImageConfig =
  | {
      readonly is: 'config';
      readonly config: Pick<ResolvedImage, 'user' | 'onBuild' | 'env' | 'volumes' | 'labels'>;
    }
  | { readonly is: 'otherPlatform'; readonly platform: string }
  | { readonly is: 'fault' };

/** Reads a configuration; one that names no platform (made without a base) fits every platform. */
export function readConfig(body: Buffer, platform: string): ImageConfig {
  const read = configSchema.safeParse(parseJson(body));
  if (!read.success) {
    return { is: 'fault' };
  }
  const { os = '', architecture = '', config } = read.data;
  if (os !== '' && architecture !== '' && !fits({ os, architecture }, platform.split('/', 2).join('/'))) {
    return { is: 'otherPlatform', platform: `${os}/${architecture}` };
  }
  return {
    is: 'config',
    config: {
      user: config?.User ?? '',
      onBuild: config?.OnBuild ?? [],
      env: (config?.Env ?? []).slice(0, mostVariables).map((text) => text.slice(0, longestVariable)),
      volumes: Object.keys(config?.Volumes ?? {}).length,
      labels: Object.fromEntries(
        Object.entries(config?.Labels ?? {}).filter(([, text]) => text.length <= longestLabel),
      ),
    },
  };
}
