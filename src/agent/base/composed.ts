import { digestOfBytes } from '../../oci/digest.ts';
import type { BaseImage, Descriptor, Image } from './baseImage.ts';
import { stubNote } from './stub.ts';

/** An image on a base, ready to be pushed: only these blobs are new. */
export interface ComposedImage {
  readonly manifest: Buffer;
  /** Of the manifest. */
  readonly mediaType: string;
  readonly config: Buffer;
  readonly newLayers: readonly Descriptor[];
}

/** The image, or why there is none. */
export type Composition =
  | { readonly is: 'composed'; readonly image: ComposedImage }
  | { readonly is: 'fault'; readonly message: string };

/** The layer of a step that changed nothing: an archive without files. */
const emptyLayer = digestOfBytes(Buffer.alloc(1024));

type History = Image['config']['history'];

/**
 * Puts what was built on the stub of a base onto the base itself: its layers come first and keep their digests. What does not
 * stand on this stub is refused, as a step may have replaced everything in the layout.
 */
export function onBase(base: BaseImage, built: Image): Composition {
  const layers = base.manifest.layers.map(({ digest }) => digest);
  const own = built.manifest.layers.map(({ digest }) => digest);
  if (layers.length > 0 && layers.every((digest, index) => own[index] === digest)) {
    return fault(base, 'it holds the layers of the base already, so the builder unpacked the base');
  }
  const [note, ...history] = built.config.history;
  if (note?.comment !== stubNote(base) || note.empty_layer !== true) {
    return fault(base, 'its history begins with something else');
  }
  const steps = stepsOf(history, built);
  if (steps === undefined) {
    return fault(base, 'its history names another number of layers than it has');
  }
  const kept = steps.filter(({ layer }) => layer !== null);
  const newLayers = kept.flatMap(({ layer }) => (layer === null ? [] : [inFamilyOf(base, layer.descriptor)]));
  const config = {
    ...built.config,
    rootfs: {
      ...built.config.rootfs,
      diff_ids: [
        ...base.config.rootfs.diff_ids,
        ...kept.flatMap(({ layer }) => (layer === null ? [] : [layer.diffId])),
      ],
    },
    history: [...base.config.history, ...steps.map(historyOf)],
  };
  return { is: 'composed', image: imageOf(base, config, newLayers) };
}

function fault({ base }: BaseImage, why: string): Composition {
  return { is: 'fault', message: `the built image does not stand on its base ${base}: ${why}` };
}

/** A step of the history and its layer; null: it changed no file. */
interface Step {
  readonly entry: History[number];
  readonly layer: { readonly descriptor: Descriptor; readonly diffId: string } | null;
}

/** The steps with their layers; undefined where they do not fit. */
function stepsOf(history: History, { manifest, config }: Image): readonly Step[] | undefined {
  const withLayer = history.filter(({ empty_layer: isEmpty }) => isEmpty !== true).length;
  if (withLayer !== manifest.layers.length) {
    return undefined;
  }
  let next = 0;
  return history.map((entry) => {
    const [descriptor, diffId] = [manifest.layers[next], config.rootfs.diff_ids[next]];
    if (entry.empty_layer === true || descriptor === undefined || diffId === undefined) {
      return { entry, layer: null };
    }
    next += 1;
    return { entry, layer: diffId === emptyLayer ? null : { descriptor, diffId } };
  });
}

function historyOf({ entry, layer }: Step): History[number] {
  return layer === null ? { ...entry, empty_layer: true } : entry;
}

/** Changes of a configuration. */
export interface ConfigChanges {
  /** Variables, each `NAME=VALUE`; one that is there gets the new value in its place. */
  readonly env: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** `os/architecture`. */
  readonly platform: string;
  /** When the image is made, as RFC 3339 writes it. */
  readonly created: string;
}

/** Variables of an image that sets none, as Kaniko gives them (pkg/constants/constants.go, `ScratchEnvVars`). */
const defaultEnv = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'];

/** The base with other variables and labels, as Kaniko would make it without a step that changes a file. */
export function configured(base: BaseImage, { env, labels, platform, created }: ConfigChanges): ComposedImage {
  const before = recordOf(base.config['config']);
  const [os, architecture] = platform.split('/');
  const config = {
    ...base.config,
    os,
    architecture,
    created,
    config: {
      ...before,
      Env: env.reduce(withVariable, Array.isArray(before['Env']) ? before['Env'].map(String) : defaultEnv),
      Labels: { ...recordOf(before['Labels']), ...labels },
    },
  };
  return imageOf(base, config, []);
}

function withVariable(all: readonly string[], variable: string): readonly string[] {
  const name = variable.slice(0, variable.indexOf('=') + 1);
  const index = all.findIndex((other) => other.startsWith(name));
  return index === -1 ? [...all, variable] : all.with(index, variable);
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** Media types of OCI begin so; an image has those of one family. */
const ociTypes = 'application/vnd.oci.';
const layerTypes = {
  oci: 'application/vnd.oci.image.layer.v1.tar+gzip',
  docker: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
} as const;

const manifestTypes = {
  oci: 'application/vnd.oci.image.manifest.v1+json',
  docker: 'application/vnd.docker.distribution.manifest.v2+json',
} as const;

/** A layer with the media type that layers have in the base's manifest: the bytes are the same. */
function inFamilyOf({ manifest }: BaseImage, layer: Descriptor): Descriptor {
  const isGzip = layer.mediaType === layerTypes.oci || layer.mediaType === layerTypes.docker;
  const family = manifest.config.mediaType.startsWith(ociTypes) ? 'oci' : 'docker';
  return isGzip ? { ...layer, mediaType: layerTypes[family] } : layer;
}

function imageOf(base: BaseImage, config: unknown, newLayers: readonly Descriptor[]): ComposedImage {
  const family = base.manifest.config.mediaType.startsWith(ociTypes) ? 'oci' : 'docker';
  const mediaType = base.manifest.mediaType ?? manifestTypes[family];
  const bytes = Buffer.from(JSON.stringify(config), 'utf8');
  const manifest = {
    ...base.manifest,
    mediaType,
    config: { mediaType: base.manifest.config.mediaType, size: bytes.length, digest: digestOfBytes(bytes) },
    layers: [...base.manifest.layers, ...newLayers],
  };
  return { manifest: Buffer.from(JSON.stringify(manifest), 'utf8'), mediaType, config: bytes, newLayers };
}
