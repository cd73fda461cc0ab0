import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../cluster/artifacts/run.ts';
import { type Packed, pack } from '../archive.ts';
import { type Crane, sha256OfFile } from '../crane.ts';
import {
  type Additions,
  type Architecture,
  configOn,
  type Descriptor,
  indexOf,
  manifestOn,
  mediaTypes,
} from '../oci/image.ts';
import { type Layout, openLayout } from '../oci/layout.ts';
import { type Base, readBase } from './bases.ts';
import type { Copy, Recipe } from './dockerfile.ts';

/** What goes into the operator's image. */
export interface ImageSource {
  readonly recipe: Recipe;
  /** Every image of the recipe, resolved. */
  readonly bases: readonly Base[];
  /** Folder that the Dockerfile's own COPYs are relative to. */
  readonly context: string;
  /** `org.opencontainers.image.…`, without those of the base. */
  readonly labels: Readonly<Record<string, string>>;
  /** RFC 3339; that of the commit, so that the image is the same whenever it is built. */
  readonly created: string;
}

/** The operator's image as an OCI layout, of which the index's digest names all. */
export interface BuiltImage {
  readonly folder: string;
  readonly index: Descriptor;
  /** Sum of the compressed layers and the config, in bytes. */
  readonly sizes: Readonly<Record<Architecture, number>>;
}

/**
 * Makes the operator's image for these processors from its Dockerfile, without a container engine: nothing in it runs. From
 * the same source it is the same bytes.
 *
 * @param folder is emptied first.
 */
export async function buildOperatorImage(
  crane: Crane,
  source: ImageSource,
  folder: string,
  architectures: readonly Architecture[],
): Promise<BuiltImage> {
  const work = `${folder}.work`;
  await Promise.all([folder, work].map((path) => rm(path, { recursive: true, force: true })));
  await mkdir(work, { recursive: true });
  const layout = await openLayout(folder);
  const manifests: Descriptor[] = [];
  const sizes = { amd64: 0, arm64: 0 };
  for (const architecture of architectures) {
    const { descriptor, size } = await buildOne(crane, source, layout, architecture, work);
    manifests.push(descriptor);
    sizes[architecture] = size;
  }
  const index = await layout.add(mediaTypes.index, indexOf(manifests, source.labels));
  await layout.close(index);
  await rm(work, { recursive: true });
  return { folder, index, sizes };
}

async function buildOne(
  crane: Crane,
  { recipe, bases, context, labels, created }: ImageSource,
  layout: Layout,
  architecture: Architecture,
  work: string,
): Promise<{ readonly descriptor: Descriptor; readonly size: number }> {
  const from = resolved(bases, recipe.base);
  const base = await readBase(crane, from, architecture);
  for (const layer of base.layers) {
    await fetchBlob(crane, from, layer, layout);
  }
  const layers: Additions['layers'][number][] = [];
  for (const [index, copy] of recipe.copies.entries()) {
    const stage = join(work, `${architecture}-${index}`);
    const packed = await layerOf(crane, bases, copy, architecture, context, stage);
    const descriptor = await layout.add(mediaTypes.layer, packed.bytes);
    layers.push({ descriptor, diffId: `sha256:${packed.tarSha256}`, createdBy: copy.written });
  }
  const all = {
    ...labels,
    'org.opencontainers.image.base.name': from.name,
    'org.opencontainers.image.base.digest': from.digest,
  };
  const additions = { layers, user: recipe.user, entrypoint: recipe.entrypoint, labels: all, created };
  const config = await layout.add(mediaTypes.config, configOn(base, architecture, additions));
  const manifest = await layout.add(mediaTypes.manifest, manifestOn(base, config, additions, all));
  const parts = [config, ...base.layers, ...layers.map(({ descriptor }) => descriptor)];
  return {
    descriptor: {
      ...manifest,
      platform: { os: 'linux', architecture, ...(architecture === 'arm64' ? { variant: 'v8' } : {}) },
    },
    size: parts.reduce((sum, { size }) => sum + size, 0),
  };
}

function resolved(bases: readonly Base[], name: string): Base {
  const base = bases.find((one) => one.name === name);
  if (base === undefined) {
    throw new Error(`${name} is not resolved`);
  }
  return base;
}

/** A blob is what its digest says, wherever it came from. */
async function fetchBlob(crane: Crane, { repository }: Base, { digest }: Descriptor, layout: Layout): Promise<void> {
  const path = layout.pathOf(digest);
  await crane.toFile(['blob', `${repository}@${digest}`], path);
  const found = `sha256:${await sha256OfFile(path)}`;
  if (found !== digest) {
    throw new Error(`${repository}: the registry served ${found} as ${digest}`);
  }
}

/** The files of one COPY as a layer. */
async function layerOf(
  crane: Crane,
  bases: readonly Base[],
  { image, source, target }: Copy,
  architecture: Architecture,
  context: string,
  stage: string,
): Promise<Packed> {
  const place = join(stage, 'root', target);
  await mkdir(join(place, '..'), { recursive: true });
  if (image === undefined) {
    await cp(join(context, source), place, { recursive: true });
  } else {
    const { repository, digest } = resolved(bases, image);
    const [exported, files] = [join(stage, 'image.tar'), join(stage, 'image')];
    await mkdir(files);
    await crane.text(['export', `--platform=linux/${architecture}`, `${repository}@${digest}`, exported]);
    const path = source.replace(/^\//, '');
    await run('tar', ['-C', files, '-xf', exported, path]);
    await cp(join(files, path), place);
  }
  // Without an entry for a folder that the base may have, its owner and mode stay the base's.
  return pack(join(stage, 'root'), [target.replaceAll(/^\/|\/$/g, '')], join(stage, 'layer.tar'));
}
