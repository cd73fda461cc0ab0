import { isDigest } from '../oci/digest.ts';
import type { Credential } from '../oci/dockerConfig.ts';
import {
  familiarReference,
  formatRepository,
  normaliseRegistry,
  type Reference,
  type Repository,
} from '../oci/reference.ts';
import { contentType, createClient, defaultTag, mirrorPlace, originPlace, type Place, targetOf } from './client.ts';
import { type Failed, fail, type RegistryResult } from './failure.ts';
import type { TransportOptions } from './http/transport.ts';
import { acceptedTypes, isManifestOrIndexType, type ResolvedImage, readManifest } from './image.ts';
import { type Lookup, type LookupHow, Lookups } from './lookups.ts';
import { type Found, resolveAt } from './resolve.ts';

/** How registries are reached. */
export interface RegistryOptions extends TransportOptions {
  /**
   * Registries that the client reads through another host, or through a path there. The client tries several mirrors of one host in
   * their order, as Kaniko does with `--registry-map`. Requests to a mirror carry no credential, and never write. The client
   * does not fall back to the registry itself, as with Kaniko's `--skip-default-registry-fallback`: the two must agree, or
   * the build uses another image than the client resolved.
   */
  readonly mirrors: readonly { readonly host: string; readonly mirror: string }[];
  /** Names of registries that may be asked, `*.` before a domain for every host in it; null: all. */
  readonly allowed: readonly string[] | null;
  /** For metrics: how each look-up of a base found its answer. */
  readonly observeLookup?: (how: LookupHow) => void;
}

/** Whether an image is read through the mirrors of its registry, or from the registry itself. */
type Through = 'mirrors' | 'origin';

/** The verbs of a registry that we use. A `tag` of null means `latest`. None throws but for a bug. */
export interface Registry {
  /**
   * Finds a base through the mirrors of its registry: manifest and configuration, with the digest of each received body
   * checked. Callers with the same reference and credential share an answer for some seconds.
   * @param since earliest request time of an acceptable answer; milliseconds since the epoch
   */
  readonly lookUp: (
    reference: Reference,
    platform: string,
    credential: Credential | undefined,
    since: number,
  ) => Promise<RegistryResult<ResolvedImage>>;
  /** Finds an image at its registry itself, as it is now. */
  readonly resolve: (
    reference: Reference,
    platform: string,
    credential: Credential | undefined,
  ) => Promise<RegistryResult<ResolvedImage>>;
  /** The digest that a tag has, or whether a digest is there; null: it is not. Never through a mirror. */
  readonly digestOf: (
    reference: Reference,
    credential: Credential | undefined,
  ) => Promise<RegistryResult<string | null>>;
  /** Moves a tag to the manifest of a digest in the same repository. Idempotent. */
  readonly putTag: (
    reference: Reference,
    digest: string,
    credential: Credential | undefined,
  ) => Promise<RegistryResult<true>>;
  /**
   * The same for a tag that is never moved: one that has another digest stays, and the answer says which. Registries
   * know no compare-and-set, so of two writers at one moment the later wins.
   */
  readonly putTagOnce: (
    reference: Reference,
    digest: string,
    credential: Credential | undefined,
  ) => Promise<RegistryResult<{ readonly is: 'tagged' } | { readonly is: 'taken'; readonly digest: string }>>;
  /** Opens and cancels an upload: whether a push would be let in. */
  readonly pushAccess: (repository: Repository, credential: Credential | undefined) => Promise<RegistryResult<true>>;
}

const maximumOtherBytes = 65_536;

/** A client for registries of the OCI distribution specification. Nothing is sent before a verb is called. */
export function createRegistry(options: RegistryOptions): Registry {
  const client = createClient(options);
  // A verb is several exchanges, each of which a registry may delay.
  const soon = (): number => options.clock.elapsed() + 2 * options.requestTimeoutMs;

  const lookups = new Lookups({
    now: options.clock.now,
    ...(options.observeLookup === undefined ? {} : { observe: options.observeLookup }),
    find: (lookup) => find(lookup, 'mirrors'),
    // A mirror is not asked twice: what it has may differ from what the registry itself has.
    digestNow: ({ reference, credential }) => (hasMirror(reference) ? undefined : digestOf(reference, credential)),
  });

  function hasMirror({ registry }: Reference): boolean {
    return options.mirrors.some(({ host }) => normaliseRegistry(host) === registry);
  }

  function placesOf(reference: Reference, credential: Credential | undefined, through: Through): readonly Place[] {
    const mirrors = options.mirrors
      .filter(({ host }) => through === 'mirrors' && normaliseRegistry(host) === reference.registry)
      .map(({ mirror }) => mirrorPlace(reference, mirror, soon()));
    return mirrors.length > 0 ? mirrors : [originPlace(reference, credential, soon())];
  }

  async function find(
    { reference, platform, credential }: Omit<Lookup, 'since'>,
    through: Through,
  ): Promise<RegistryResult<Found>> {
    const failures: Failed[] = [];
    for (const place of placesOf(reference, credential, through)) {
      const found = await resolveAt(client, place, platform);
      if (found.ok) {
        return found;
      }
      failures.push(found);
      options.log('debug', 'image not resolved', { host: place.host, message: found.failure.message });
    }
    return verdict(failures);
  }

  async function digestOf(
    reference: Reference,
    credential: Credential | undefined,
  ): Promise<RegistryResult<string | null>> {
    const place = originPlace(reference, credential, soon());
    const target = targetOf(reference);
    const head = await client.send(place, 'pull', {
      method: 'HEAD',
      path: `manifests/${target}`,
      headers: { accept: acceptedTypes },
      maximumBytes: maximumOtherBytes,
    });
    if (!head.ok) {
      return head;
    }
    const { status, headers } = head.value;
    if (status === 404) {
      return { ok: true, value: null };
    }
    const digest = headers.get('docker-content-digest') ?? '';
    if (status === 200 && isDigest(digest) && isManifestOrIndexType(contentType(headers))) {
      return isDigest(target) && target !== digest
        ? fail('invalid', `${place.what}: the registry names another digest for it`)
        : { ok: true, value: digest };
    }
    // Not every registry answers HEAD, or with a digest; and its refusals have no error code.
    const got = await client.getManifest(place, target);
    if (!got.ok) {
      return got.failure.kind === 'notFound' ? { ok: true, value: null } : got;
    }
    const manifest = readManifest(got.value);
    return manifest.is === 'fault'
      ? fail('invalid', `${place.what}: ${manifest.message}`)
      : { ok: true, value: got.value.digest };
  }

  async function putTag(
    reference: Reference,
    digest: string,
    credential: Credential | undefined,
  ): Promise<RegistryResult<true>> {
    const place = originPlace(reference, credential, soon());
    const source = { ...reference, tag: null, digest };
    const manifest = await client.getManifest({ ...place, what: familiarReference(source) }, digest);
    if (!manifest.ok) {
      return manifest;
    }
    const answer = await client.send(place, 'pull,push', {
      method: 'PUT',
      path: `manifests/${reference.tag ?? defaultTag}`,
      headers: { 'content-type': manifest.value.mediaType },
      body: manifest.value.body,
      maximumBytes: maximumOtherBytes,
    });
    if (!answer.ok) {
      return answer;
    }
    const { status, headers } = answer.value;
    if (status !== 201 && status !== 200) {
      return client.failureOf(answer.value, `tag ${place.what}`);
    }
    const stored = headers.get('docker-content-digest');
    return stored === null || stored === digest
      ? { ok: true, value: true }
      : fail('invalid', `tag ${place.what}: the registry stored other content than ${digest}`);
  }

  async function pushAccess(repository: Repository, credential: Credential | undefined): Promise<RegistryResult<true>> {
    const place = originPlace(
      { registry: repository.registry, repository: repository.repository, tag: null, digest: null },
      credential,
      soon(),
    );
    const opened = await client.send(place, 'pull,push', {
      method: 'POST',
      path: 'blobs/uploads/',
      maximumBytes: maximumOtherBytes,
    });
    if (!opened.ok) {
      return opened;
    }
    if (opened.value.status !== 202) {
      return client.failureOf(opened.value, `push to ${formatRepository(repository)}`);
    }
    const upload = uploadPath(opened.value.headers.get('location') ?? '', place);
    if (upload !== undefined) {
      // An upload that cannot be cancelled expires by itself.
      await client.send(place, 'pull,push', { method: 'DELETE', path: upload, maximumBytes: maximumOtherBytes });
    }
    return { ok: true, value: true };
  }

  return {
    lookUp: async (reference, platform, credential, since) =>
      imageOf(await lookups.find({ reference, platform, credential, since })),
    resolve: async (reference, platform, credential) =>
      imageOf(await find({ reference, platform, credential }, 'origin')),
    digestOf,
    putTag,
    putTagOnce: async (reference, digest, credential) => {
      const present = await digestOf({ ...reference, digest: null }, credential);
      if (!present.ok) {
        return present;
      }
      if (present.value !== null) {
        return {
          ok: true,
          value: present.value === digest ? { is: 'tagged' } : { is: 'taken', digest: present.value },
        };
      }
      const put = await putTag(reference, digest, credential);
      return put.ok ? { ok: true, value: { is: 'tagged' } } : put;
    },
    pushAccess,
  };
}

function imageOf(result: RegistryResult<Found>): RegistryResult<ResolvedImage> {
  return result.ok ? { ok: true, value: result.value.image } : result;
}

/** The registry's own answer, if there is one; else "not found" only when every mirror says so. */
function verdict(failures: readonly Failed[]): Failed {
  const last = failures.at(-1) ?? fail('invalid', 'no registry received the request');
  return failures.find(({ failure }) => failure.kind !== 'notFound') ?? last;
}

/** What follows `/v2/REPOSITORY/` in the address of an upload, when it is at the registry itself. */
function uploadPath(location: string, { host, reference }: Place): string | undefined {
  const base = `https://${host}/`;
  const prefix = `/v2/${reference.repository}/`;
  if (!URL.canParse(location, base)) {
    return undefined;
  }
  const url = new URL(location, base);
  return url.host === new URL(base).host && url.pathname.startsWith(prefix)
    ? `${url.pathname.slice(prefix.length)}${url.search}`
    : undefined;
}
