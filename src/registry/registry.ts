import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Credential } from '../oci/dockerConfig.ts';
import { dockerHub, formatReference, formatRepository, type Reference } from '../oci/reference.ts';
import { fail, failureOfStatus, type RegistryResult } from './failure.ts';
import { parseJson, type RegistryRequest, send, type TransportOptions } from './transport.ts';

/** How registries are reached. */
export interface RegistryOptions extends TransportOptions {
  /** Registries that are read through another host; paths stay. Writes never go through a mirror. */
  readonly mirrors: readonly { readonly host: string; readonly mirror: string }[];
}

/** An image of one platform, as its registry describes it. */
export interface ResolvedImage {
  /** Digest of the platform's manifest, not of an index. */
  readonly digest: string;
  /** USER, '' when the image sets none. */
  readonly user: string;
  /** Sum of the compressed layers and the configuration. */
  readonly sizeBytes: number;
}

/** The verbs of a registry that we use. */
export interface Registry {
  /** Reads through the mirror where there is one; the credential goes to the registry itself only. */
  readonly resolve: (
    reference: Reference,
    platform: string,
    credential: Credential | undefined,
  ) => Promise<RegistryResult<ResolvedImage>>;
  /** null: there is no such tag. */
  readonly digestOf: (
    reference: Reference,
    credential: Credential | undefined,
  ) => Promise<RegistryResult<string | null>>;
  /** Puts the manifest of a digest under a tag of the same repository. Idempotent. */
  readonly putTag: (
    reference: Reference,
    digest: string,
    credential: Credential | undefined,
  ) => Promise<RegistryResult<true>>;
  /** Opens and cancels an upload: whether a push would be let in. */
  readonly pushAccess: (reference: Reference, credential: Credential | undefined) => Promise<RegistryResult<true>>;
}

const indexTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];
const manifestTypes = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];
const accept = { accept: [...indexTypes, ...manifestTypes].join(', ') };
const maximumBytes = 8_388_608;

const indexSchema = z.object({
  manifests: z
    .array(
      z.object({
        digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
        platform: z.object({ os: z.string(), architecture: z.string() }).optional(),
      }),
    )
    .max(1000),
});
const descriptorSchema = z.object({ digest: z.string().regex(/^sha256:[0-9a-f]{64}$/), size: z.number().min(0) });
const manifestSchema = z.object({ config: descriptorSchema, layers: z.array(descriptorSchema).max(1000) });
const configSchema = z.object({ config: z.object({ User: z.string().optional() }).nullish() });

/** A client for registries of the OCI distribution specification. Nothing is sent before a verb is called. */
export function createRegistry(options: RegistryOptions): Registry {
  const readHost = (registry: string): string =>
    options.mirrors.find(({ host }) => (host === 'docker.io' ? dockerHub : host) === registry)?.mirror ??
    apiHost(registry);

  function request(
    reference: Reference,
    host: string,
    action: 'pull' | 'pull,push',
    credential: Credential | undefined,
  ) {
    return {
      host,
      headers: accept,
      body: null,
      scope: `repository:${reference.repository}:${action}`,
      credential,
      maximumBytes,
    } satisfies Partial<RegistryRequest>;
  }

  async function getManifest(reference: Reference, target: string, host: string, credential: Credential | undefined) {
    const answer = await send(options, {
      ...request(reference, host, 'pull', credential),
      method: 'GET',
      path: `/v2/${reference.repository}/manifests/${target}`,
    });
    if (!answer.ok) {
      return answer;
    }
    const { status, headers, body } = answer.value;
    if (status !== 200) {
      return failureOfStatus(status, formatReference(reference));
    }
    const digest = sha256(body);
    if (target.startsWith('sha256:') && target !== digest) {
      return fail('invalid', `${formatReference(reference)}: the registry gave other content than ${target}`);
    }
    return {
      ok: true,
      value: { digest, body, mediaType: (headers.get('content-type') ?? '').split(';')[0]?.trim() ?? '' },
    } as const;
  }

  async function resolve(
    reference: Reference,
    platform: string,
    credential: Credential | undefined,
  ): Promise<RegistryResult<ResolvedImage>> {
    const host = readHost(reference.registry);
    const own = host === apiHost(reference.registry) ? credential : undefined;
    const first = await getManifest(reference, reference.digest ?? reference.tag ?? 'latest', host, own);
    if (!first.ok) {
      return first;
    }
    let found = first.value;
    const index = indexSchema.safeParse(parseJson(found.body));
    if (index.success) {
      const [os, architecture] = platform.split('/');
      const entry = index.data.manifests.find(
        (item) => item.platform?.os === os && item.platform?.architecture === architecture,
      );
      if (entry === undefined) {
        return fail('notFound', `${formatReference(reference)}: there is no image for ${platform}`);
      }
      const inner = await getManifest(reference, entry.digest, host, own);
      if (!inner.ok) {
        return inner;
      }
      found = inner.value;
    }
    const manifest = manifestSchema.safeParse(parseJson(found.body));
    if (!manifest.success) {
      return fail('invalid', `${formatReference(reference)}: this is not an image manifest`);
    }
    const blob = await send(options, {
      ...request(reference, host, 'pull', own),
      method: 'GET',
      path: `/v2/${reference.repository}/blobs/${manifest.data.config.digest}`,
    });
    if (!blob.ok) {
      return blob;
    }
    if (blob.value.status !== 200) {
      return failureOfStatus(blob.value.status, formatReference(reference));
    }
    const config = configSchema.safeParse(parseJson(blob.value.body));
    if (!config.success || sha256(blob.value.body) !== manifest.data.config.digest) {
      return fail('invalid', `${formatReference(reference)}: its configuration cannot be read`);
    }
    const { layers } = manifest.data;
    return {
      ok: true,
      value: {
        digest: found.digest,
        user: config.data.config?.User ?? '',
        sizeBytes: layers.reduce((sum, { size }) => sum + size, manifest.data.config.size),
      },
    };
  }

  async function digestOf(
    reference: Reference,
    credential: Credential | undefined,
  ): Promise<RegistryResult<string | null>> {
    const found = await getManifest(reference, reference.tag ?? 'latest', apiHost(reference.registry), credential);
    if (found.ok) {
      return { ok: true, value: found.value.digest };
    }
    return found.failure.kind === 'notFound' ? { ok: true, value: null } : found;
  }

  async function putTag(
    reference: Reference,
    digest: string,
    credential: Credential | undefined,
  ): Promise<RegistryResult<true>> {
    const host = apiHost(reference.registry);
    const manifest = await getManifest(reference, digest, host, credential);
    if (!manifest.ok) {
      return manifest;
    }
    const answer = await send(options, {
      ...request(reference, host, 'pull,push', credential),
      method: 'PUT',
      path: `/v2/${reference.repository}/manifests/${reference.tag ?? 'latest'}`,
      headers: { 'content-type': manifest.value.mediaType },
      body: manifest.value.body,
    });
    if (!answer.ok) {
      return answer;
    }
    return answer.value.status === 201 || answer.value.status === 200
      ? { ok: true, value: true }
      : failureOfStatus(answer.value.status, formatReference(reference));
  }

  async function pushAccess(reference: Reference, credential: Credential | undefined): Promise<RegistryResult<true>> {
    const host = apiHost(reference.registry);
    const base = request(reference, host, 'pull,push', credential);
    const opened = await send(options, { ...base, method: 'POST', path: `/v2/${reference.repository}/blobs/uploads/` });
    if (!opened.ok) {
      return opened;
    }
    if (opened.value.status !== 202) {
      return failureOfStatus(opened.value.status, `push to ${formatRepository(reference)}`);
    }
    const location = opened.value.headers.get('location');
    const url =
      location !== null && URL.canParse(location, `http://${host}`) ? new URL(location, `http://${host}`) : undefined;
    if (url?.host === host) {
      await send(options, { ...base, method: 'DELETE', path: `${url.pathname}${url.search}` });
    }
    return { ok: true, value: true };
  }

  return { resolve, digestOf, putTag, pushAccess };
}

/** Docker Hub's API is at another host than its name. */
function apiHost(registry: string): string {
  return registry === dockerHub ? 'registry-1.docker.io' : registry;
}

function sha256(body: Buffer): string {
  return `sha256:${createHash('sha256').update(body).digest('hex')}`;
}
