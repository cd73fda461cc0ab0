import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { ServedImage } from '../cluster.ts';
import { say } from '../progress.ts';
import { type Binaries, kubernetesBinaries } from './binaries.ts';
import { cached } from './cache.ts';
import { debianTools } from './debian.ts';
import { type Layers, makeLayers } from './layers.ts';
import { startRegistry } from './registry.ts';
import { run } from './run.ts';

/** What the registry of a cluster holds before anything was pushed. */
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
  readonly tags: readonly string[];
  readonly layer: keyof Layers;
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

const recipes: readonly Recipe[] = [
  {
    registry: 'quay.io',
    path: 'jupyter/minimal-notebook',
    tags: ['latest', '2026-11-16'],
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

/** Registry storage with every image that the tests and the quick start name. Says which are stand-ins. */
export async function registrySeed(): Promise<RegistrySeed> {
  const binaries = await kubernetesBinaries();
  const tools = await debianTools();
  const layers = await makeLayers(binaries, tools);
  const directory = await cached(
    'registry-seed',
    [JSON.stringify(recipes), ...Object.values(layers)],
    async (draft) => {
      const registry = await startRegistry(tools.path('docker-registry'), draft);
      let images: readonly ServedImage[];
      try {
        images = await fill(binaries, layers, registry.host);
      } finally {
        await registry.stop();
      }
      await writeFile(join(draft, 'images.json'), JSON.stringify(images));
    },
  );
  const images = servedSchema.parse(JSON.parse(await readFile(join(directory, 'images.json'), 'utf8')));
  const standIns = images.filter(({ standsFor }) => standsFor === 'stand-in').map(({ name }) => name);
  if (standIns.length > 0) {
    say(`  no image registry can be reached: these are stand-ins made here: ${standIns.join(', ')}`);
  }
  return { directory: join(directory, 'storage'), images };
}

async function fill(binaries: Binaries, layers: Layers, host: string): Promise<readonly ServedImage[]> {
  const images: ServedImage[] = [];
  for (const recipe of recipes) {
    const [tag = 'latest', ...others] = recipe.tags;
    const target = `${host}/${recipe.path}:${tag}`;
    const copied = await copyReal(binaries, `${recipe.registry}/${recipe.path}:${tag}`, target);
    if (!copied) {
      await run(binaries.crane, ['append', '--insecure', '--oci-empty-base', '-f', layers[recipe.layer], '-t', target]);
      await run(binaries.crane, ['mutate', '--insecure', ...recipe.config, '-t', target, target]);
    }
    for (const other of others) {
      await run(binaries.crane, ['tag', '--insecure', target, other]);
    }
    images.push({ name: `${recipe.registry}/${recipe.path}:${tag}`, standsFor: copied ? 'real' : 'stand-in' });
  }
  return images;
}

const probeMs = 3000;

/** Where the real registry answers, the real image is better than any stand-in. */
async function copyReal(binaries: Binaries, source: string, target: string): Promise<boolean> {
  const host = source.slice(0, source.indexOf('/')).replace('index.docker.io', 'registry-1.docker.io');
  const answers = await fetch(`https://${host}/v2/`, { signal: AbortSignal.timeout(probeMs) }).then(
    ({ status }) => status === 200 || status === 401,
    () => false,
  );
  if (!answers) {
    return false;
  }
  return run(binaries.crane, ['copy', '--insecure', '--platform', 'linux/amd64', source, target]).then(
    () => true,
    () => false,
  );
}
