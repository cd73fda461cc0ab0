import { parseReference, type Reference } from '../../../src/oci/reference.ts';
import { createRegistry, type Registry, type RegistryOptions } from '../../../src/registry/registry.ts';
import { type Blob, blobOf, type ScriptedRegistry } from './scripted-registry.ts';

/** Media types of manifests. */
export const types = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  list: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
};

/** Our client for these registries, which speak no TLS. */
export function clientOf(scripted: readonly ScriptedRegistry[], options: Partial<RegistryOptions> = {}): Registry {
  return createRegistry({
    fetch,
    clock: { now: () => Date.parse('2026-11-24T00:00:00Z'), elapsed: () => 0 },
    log: () => {},
    requestTimeoutMs: 40_000,
    insecureHosts: scripted.map(({ host }) => host),
    mirrors: [],
    allowed: null,
    ...options,
  });
}

/** @throws when it is none */
export function referenceTo(text: string): Reference {
  const parsed = parseReference(text);
  if (!parsed.ok) {
    throw new Error(parsed.message);
  }
  return parsed.value;
}

/** The repository of all tests that need no other. */
const usual = 'team/app';

/** Serves a manifest under a tag or digest of `team/app`. */
export function serve(
  at: ScriptedRegistry,
  target: string,
  { body, digest }: Blob,
  contentType: string,
  repository = usual,
): void {
  at.on(`GET /v2/${repository}/manifests/${target}`, {
    status: 200,
    headers: { 'content-type': contentType, 'docker-content-digest': digest },
    body,
  });
}

/** The configuration of the image. */
export const config = blobOf({
  os: 'linux',
  architecture: 'amd64',
  rootfs: { diff_ids: ['sha256:d1', 'sha256:d2'] },
  config: {
    User: '1000',
    WorkingDir: '/home/jovyan',
    Env: ['A=b'],
    Entrypoint: ['tini', '--'],
    Cmd: null,
    OnBuild: ['RUN true'],
    Labels: { a: 'b' },
  },
});
/** The layers that the manifest names. */
const layers = [
  { digest: `sha256:${'1'.repeat(64)}`, size: 100 },
  { digest: `sha256:${'2'.repeat(64)}`, size: 20 },
];
/** The manifest of the image. */
export const manifest = blobOf({ config: { digest: config.digest, size: config.size }, layers });
/** The manifest for another platform. */
export const arm = blobOf({ config: { digest: config.digest, size: config.size }, layers: [] });
/** Both, for the platforms they are for. */
export const index = blobOf({
  manifests: [
    { digest: `sha256:${'0'.repeat(64)}`, size: 1, platform: { os: 'unknown', architecture: 'unknown' } },
    { digest: arm.digest, size: arm.size, platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
    { digest: manifest.digest, size: manifest.size, platform: { os: 'linux', architecture: 'amd64' } },
  ],
});

/** Serves an image as tag 1 of the repository, and by its digest. */
export function serveImage(at: ScriptedRegistry, repository = usual): void {
  serve(at, '1', manifest, types.manifest, repository);
  serve(at, manifest.digest, manifest, types.manifest, repository);
  at.on(`GET /v2/${repository}/blobs/${config.digest}`, { status: 200, body: config.body });
}
