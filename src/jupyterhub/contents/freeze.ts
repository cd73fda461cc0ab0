import type { ImageSpecSpec, Packages } from '../../api/imagespec.generated.ts';
import { baseImages, pinDockerfile } from '../../dockerfile/own/images.ts';
import { nameValues } from '../../imagespec/source.ts';
import { formatReference, parseReference } from '../../oci/reference.ts';
import type { BuildContents } from '../../packages/contents/contents.ts';
import { quoted } from '../../packages/entries/quote.ts';
import { managerList } from '../../packages/managers.ts';
import type { Pin } from '../../packages/pin.ts';

/** A spec whose base and own packages are those of one build. */
export interface Frozen {
  readonly spec: ImageSpecSpec;
  /** What could not be pinned, a sentence each that starts with the field. */
  readonly notes: readonly string[];
}

/** A part of the spec, and what of it could not be pinned. */
interface Part<T> {
  readonly value: T;
  readonly notes: readonly string[];
}

/**
 * The spec with the base's digest. Packages that the spec names have the versions of the build; what they brought with them
 * is not in it.
 */
export function freeze(spec: ImageSpecSpec, built: BuildContents): Frozen {
  if (spec.dockerfile !== undefined) {
    const { value, notes } = frozenDockerfile(spec.dockerfile, spec, built);
    return { spec: { ...spec, dockerfile: value }, notes };
  }
  const base = frozenBase(spec, built);
  const packages = frozenPackages(spec.packages ?? {}, built);
  return {
    spec: { ...base.value, ...(spec.packages === undefined ? {} : { packages: packages.value }) },
    notes: [...base.notes, ...packages.notes],
  };
}

function frozenBase(spec: ImageSpecSpec, { bases, number }: BuildContents): Part<ImageSpecSpec> {
  const { baseImageSpecRef, ...rest } = spec;
  if (baseImageSpecRef !== undefined) {
    const base = bases.at(-1);
    return base === undefined
      ? {
          value: spec,
          notes: [`spec.baseImageSpecRef: it is not known what build ${number} started from; left as written`],
        }
      : {
          value: { baseImage: pinnedImage(base.image, base.digest), ...rest },
          notes: [
            `spec.baseImageSpecRef: became spec.baseImage, since only that can name a digest; spec.pullSecret must open its repository`,
          ],
        };
  }
  const image = spec.baseImage ?? '';
  const base = bases.find((candidate) => normalised(candidate.image) === normalised(image));
  if (image.includes('@')) {
    return { value: spec, notes: [] };
  }
  return base === undefined
    ? { value: spec, notes: [`spec.baseImage: build ${number} did not start from "${image}"; left as written`] }
    : { value: { ...spec, baseImage: pinnedImage(image, base.digest) }, notes: [] };
}

/** The tag stays for the reader; what is pulled is the digest. */
function pinnedImage(image: string, digest: string): string {
  return image.includes('@') ? image : `${image}@${digest}`;
}

function normalised(image: string): string {
  const reference = parseReference(image);
  return reference.ok ? formatReference(reference.value) : image;
}

function frozenDockerfile(text: string, spec: ImageSpecSpec, { bases, number }: BuildContents): Part<string> {
  const args = nameValues(spec.build?.args);
  const images = baseImages({ is: 'dockerfile', text }, args);
  const unknown = (images.ok ? images.value.images : []).filter(
    (image) => !image.includes('@') && bases.every((base) => base.image !== image),
  );
  return {
    value: pinDockerfile(
      text,
      args,
      bases.map((base) => ({ ...base, user: '' })),
    ),
    notes: [
      ...unknown.map((image) => `spec.dockerfile: build ${number} did not start from "${image}"; left as written`),
      'spec.dockerfile: only its images are pinned; what its RUN lines install is theirs to pin',
    ],
  };
}

function frozenPackages(packages: Packages, built: BuildContents): Part<Packages> {
  const parts = managerList.flatMap(({ name, pin }) => {
    const entries = packages[name];
    return entries === undefined
      ? []
      : [{ name, ...frozenEntries(`spec.packages.${name}`, entries, (entry) => pin(entry, built.contents)) }];
  });
  return {
    value: { ...packages, ...Object.fromEntries(parts.map(({ name, value }) => [name, value])) },
    notes: parts.flatMap(({ notes }) => notes),
  };
}

/** Two entries about one package become one. */
function frozenEntries(
  place: string,
  entries: readonly string[],
  pinOf: (entry: string) => Pin,
): Part<readonly string[]> {
  const pins = entries.map((entry) => ({ entry, pin: pinOf(entry) }));
  return {
    value: [...new Set(pins.map(({ entry, pin }) => (pin.is === 'pinned' ? pin.entry : entry)))],
    notes: pins.flatMap(({ entry, pin }, index) =>
      pin.is === 'pinned' ? [] : [`${place}[${index}]: ${quoted(entry)} ${pin.why}; left as written`],
    ),
  };
}
