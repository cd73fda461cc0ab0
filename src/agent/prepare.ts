import { agentExitCodes } from '../api/agentExitCodes.ts';
import type { Reference } from '../oci/reference.ts';
import { type BaseImage, readBaseFile } from './base/baseImage.ts';
import { type ComposedImage, type Composition, configured, onBase } from './base/composed.ts';
import { imageIn, writeComposed } from './base/composedLayout.ts';
import { copyBase } from './base/copyBase.ts';
import { baseFault, readLayersFile } from './baseLayers.ts';
import { pushExitCode } from './craneFailure.ts';
import { diffIdOf, inspectLayout } from './layout.ts';

/** A layout that may be pushed, and the digest of its image. */
export interface Prepared {
  readonly is: 'prepared';
  readonly layout: string;
  readonly digest: string;
}

/** Why nothing is pushed. */
export interface Refused {
  readonly is: 'refused';
  readonly exitCode: number;
  readonly message: string;
}

function refused({ code }: { readonly code: number }, message: string): Refused {
  return { is: 'refused', exitCode: code, message };
}

/** What the builder wrote, whole, after it was inspected. */
export async function preparePlain(folder: string, baseLayers: string | undefined): Promise<Prepared | Refused> {
  const layout = await inspectLayout(folder);
  if (!layout.ok) {
    return refused(agentExitCodes.layoutRefused, `the built image is refused: ${layout.message}`);
  }
  if (baseLayers !== undefined) {
    const base = await readLayersFile(baseLayers);
    if (base.is === 'unread') {
      const message = `the layers of the base image could not be read before the build: ${base.message}`;
      return refused(agentExitCodes.unavailable, message);
    }
    const fault = await baseFault(base, layout.layers, (digest) => diffIdOf(folder, digest));
    if (fault !== undefined) {
      return refused(agentExitCodes.baseReplaced, fault);
    }
  }
  return { is: 'prepared', layout: folder, digest: layout.digest };
}

/** An image that is put on a base. */
export interface OnBase {
  /** The file with the description of the base. */
  readonly base: string;
  /** What the builder wrote; null: only the configuration changes. */
  readonly layout: string | null;
  /** Variables and labels, each `NAME=VALUE`, and the platform: of an image without a layout. */
  readonly changes: {
    readonly env: readonly string[];
    readonly labels: readonly string[];
    readonly platform: string;
  };
  /** Where the composed image is written. */
  readonly folder: string;
  readonly target: Reference;
  /** Flags of crane for registries with plain HTTP. */
  readonly plain: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The image on its base, whose layers are in the repository of the output afterwards. */
export async function prepareOnBase(wanted: OnBase): Promise<Prepared | Refused> {
  const base = await readBaseFile(wanted.base);
  if (base === undefined) {
    return refused(agentExitCodes.usage, `push: ${wanted.base} describes no base image`);
  }
  const composition = await composed(base, wanted);
  if (composition.is !== 'composed') {
    return composition.is === 'refused' ? composition : refused(agentExitCodes.baseReplaced, composition.message);
  }
  const { image } = composition;
  const copied = await copyBase(base, wanted.target, wanted.plain, wanted.env);
  if (copied !== undefined && copied.exitCode !== 0) {
    const line = copied.lastError;
    return {
      is: 'refused',
      exitCode: pushExitCode(line),
      message: `the layers of ${base.base} cannot be put beside the image in ${wanted.target.registry}/${wanted.target.repository}: ${line}`,
    };
  }
  const digest = await writeComposed(wanted.folder, image, wanted.layout);
  return { is: 'prepared', layout: wanted.folder, digest };
}

async function composed(base: BaseImage, { layout, changes }: OnBase): Promise<Composition | Refused> {
  if (layout === null) {
    const labels = Object.fromEntries(changes.labels.map(pairOf));
    const image: ComposedImage = configured(base, { ...changes, labels, created: new Date().toISOString() });
    return { is: 'composed', image };
  }
  const inspected = await inspectLayout(layout);
  if (!inspected.ok) {
    return refused(agentExitCodes.layoutRefused, `the built image is refused: ${inspected.message}`);
  }
  const built = await imageIn(layout, inspected.manifest);
  return built === undefined
    ? refused(agentExitCodes.layoutRefused, 'the built image is refused: its configuration is missing or malformed')
    : onBase(base, built);
}

function pairOf(text: string): readonly [string, string] {
  const equals = text.indexOf('=');
  return [text.slice(0, equals), text.slice(equals + 1)];
}
