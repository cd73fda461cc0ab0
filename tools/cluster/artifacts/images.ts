import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { z } from 'zod';
import type { ServedImage } from '../cluster.ts';
import { say } from '../progress.ts';
import { type Binaries, kubernetesBinaries } from './binaries.ts';
import { cached } from './cache.ts';
import { type DebianTools, debianTools } from './debian.ts';
import { type LayerName, makeLayer } from './layers.ts';
import { startRegistry } from './registry.ts';
import { run } from './run.ts';

/** The content of a cluster's registry before the first push. */
export interface RegistrySeed {
  /** A storage folder of docker-registry (its `rootdirectory`), to be copied, not written to. */
  readonly directory: string;
  readonly images: readonly ServedImage[];
}

const servedSchema = z.array(z.object({ name: z.string(), standsFor: z.enum(['stand-in', 'real']) }));

/** One image of the seed. */
interface Recipe {
  /** Registry where the real one is; the local one serves the path. */
  readonly registry: string;
  readonly path: string;
  /** The first is the requested and reported one. */
  readonly tags: readonly [string, ...string[]];
  readonly layer: LayerName;
  readonly config: readonly string[];
}

const notebookConfig = [
  '--user=1000',
  '--workdir=/home/jovyan',
  '--entrypoint=tini,-g,--',
  '--cmd=jupyter,lab',
  '--exposed-ports=8888',
  ...[
    'HOME=/home/jovyan',
    'NB_USER=jovyan',
    'NB_UID=1000',
    'NB_GID=100',
    'CONDA_DIR=/opt/conda',
    'JUPYTER_PORT=8888',
    'LANG=C.UTF-8',
  ].flatMap((variable) => ['--env', variable]),
  '--env=PATH=/opt/conda/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
];

/** The images that a cluster's registry serves before the first push. */
export const recipes: readonly Recipe[] = [
  {
    registry: 'quay.io',
    path: 'jupyter/minimal-notebook',
    // The tag that samples and docs name comes first. Docker Hub's name without a tag, which is the guideline's, gets it as
    // `latest`: one path of the local registry stands for every public one.
    tags: ['2026-11-16', 'latest'],
    layer: 'notebook',
    config: notebookConfig,
  },
  {
    registry: 'index.docker.io',
    path: 'infuseai/docker-stacks',
    tags: ['base-notebook-1951c2b3'],
    layer: 'notebook',
    config: notebookConfig,
  },
  {
    registry: 'index.docker.io',
    path: 'library/debian',
    tags: ['bookworm-slim'],
    layer: 'debian',
    config: ['--cmd=bash', '--env=PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
  },
  {
    registry: 'gcr.io',
    path: 'distroless/nodejs24-debian13',
    tags: ['nonroot'],
    layer: 'node',
    config: [
      '--user=65532',
      '--entrypoint=/nodejs/bin/node',
      '--env=SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt',
      '--env=PATH=/usr/local/bin:/usr/bin:/bin',
    ],
  },
  {
    registry: 'gcr.io',
    path: 'go-containerregistry/crane',
    tags: ['v0.20.6'],
    layer: 'crane',
    config: ['--entrypoint=/ko-app/crane'],
  },
  {
    registry: 'ghcr.io',
    path: 'osscontainertools/kaniko',
    tags: ['v1.28.3'],
    layer: 'kaniko',
    config: [
      '--entrypoint=/kaniko/executor',
      '--workdir=/workspace',
      ...[
        'HOME=/root',
        'USER=root',
        'PATH=/usr/local/bin:/kaniko',
        'SSL_CERT_DIR=/kaniko/ssl/certs',
        'DOCKER_CONFIG=/kaniko/.docker/',
      ].flatMap((variable) => ['--env', variable]),
    ],
  },
  { registry: 'registry.k8s.io', path: 'pause', tags: ['3.10'], layer: 'pause', config: ['--entrypoint=/pause'] },
];

/** How an image enters the seed; all of it is part of the cache's key. */
type Source =
  | { readonly is: 'real'; readonly recipe: Recipe }
  | { readonly is: 'stand-in'; readonly recipe: Recipe; readonly layer: string };

/** What images are made with. */
interface Tools {
  readonly binaries: Binaries;
  readonly debian: DebianTools;
}

const platform = `linux/${process.arch === 'arm64' ? 'arm64' : 'amd64'}`;

/**
 * Registry storage with every image that the tests and the quick start name: the real one where its registry answers,
 * else a stand-in that is made here. Says which are stand-ins.
 *
 * @throws Error when stand-ins are to be made and this process is not root.
 */
export async function registrySeed(): Promise<RegistrySeed> {
  const tools = { binaries: await kubernetesBinaries(), debian: await debianTools() };
  const answers = await Promise.all(recipes.map((recipe) => canBeHad(tools, recipe)));
  const sources: Source[] = [];
  for (const [index, recipe] of recipes.entries()) {
    sources.push(answers[index] === true ? { is: 'real', recipe } : await standIn(tools, recipe));
  }
  const directory = await cached('registry-seed', [platform, JSON.stringify(sources)], (draft) =>
    fill(tools, sources, draft),
  );
  const images = servedSchema.parse(JSON.parse(await readFile(join(directory, 'images.json'), 'utf8')));
  const standIns = images.filter(({ standsFor }) => standsFor === 'stand-in').map(({ name }) => name);
  if (standIns.length > 0) {
    say(`  stand-ins made here, since the real image cannot be had: ${standIns.join(', ')}`);
  }
  return { directory: join(directory, 'storage'), images };
}

async function standIn({ binaries, debian }: Tools, recipe: Recipe): Promise<Source> {
  return { is: 'stand-in', recipe, layer: await makeLayer(recipe.layer, binaries, debian) };
}

const probeSeconds = '3';

/**
 * crane queries instead of this process: it knows the proxy variables and the credentials of a Docker configuration.
 */
function canBeHad({ binaries }: Tools, { registry, path, tags: [tag] }: Recipe): Promise<boolean> {
  return succeeds('timeout', [probeSeconds, binaries.crane, 'digest', `${registry}/${path}:${tag}`]);
}

function succeeds(program: string, argv: readonly string[]): Promise<boolean> {
  return run(program, argv).then(
    () => true,
    () => false,
  );
}

async function fill(tools: Tools, sources: readonly Source[], draft: string): Promise<void> {
  const registry = await startRegistry(tools.debian.path('docker-registry'), draft);
  try {
    const images: ServedImage[] = [];
    for (const source of sources) {
      images.push(await put(tools, source, registry.host));
    }
    await writeFile(join(draft, 'images.json'), JSON.stringify(images));
  } finally {
    await registry.stop();
  }
}

/** Puts one image into the registry at `host`, under all its tags. */
async function put(tools: Tools, source: Source, host: string): Promise<ServedImage> {
  const { crane } = tools.binaries;
  const { registry, path, tags, config } = source.recipe;
  const [tag, ...others] = tags;
  const [name, target] = [`${registry}/${path}`, `${host}/${path}`];
  const copy = (wanted: string) =>
    succeeds(crane, ['copy', '--insecure', '--platform', platform, `${name}:${wanted}`, `${target}:${wanted}`]);
  if (source.is === 'real' && !(await copy(tag))) {
    // A registry may respond and still deliver nothing, for example past its rate limit.
    return put(tools, await standIn(tools, source.recipe), host);
  }
  if (source.is === 'stand-in') {
    const reference = `${target}:${tag}`;
    await run(crane, ['append', '--insecure', '--oci-empty-base', '-f', source.layer, '-t', reference]);
    await run(crane, ['mutate', '--insecure', `--set-platform=${platform}`, ...config, '-t', reference, reference]);
  }
  for (const other of others) {
    if (source.is === 'stand-in' || !(await copy(other))) {
      await run(crane, ['tag', '--insecure', `${target}:${tag}`, other]);
    }
  }
  return { name: `${name}:${tag}`, standsFor: source.is };
}
