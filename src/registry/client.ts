import { z } from 'zod';
import { digestOfBytes, isDigest } from '../oci/digest.ts';
import type { Credential } from '../oci/dockerConfig.ts';
import { mirrored } from '../oci/mirror.ts';
import { dockerHub, familiarReference, normaliseRegistry, type Reference } from '../oci/reference.ts';
import { type Failed, fail, failureOfStatus, type RegistryResult } from './failure.ts';
import { createSender, type RegistryRequest } from './http/authorization.ts';
import { parseJson } from './http/json.ts';
import { type HttpResponse, type ResponseHeaders, retryAfter, type TransportOptions } from './http/transport.ts';
import { acceptedTypes, type RawManifest } from './image.ts';

/** Where a repository is read from or written to, with whose rights. */
export interface Place {
  /** `host` or `host:port` of the API. */
  readonly host: string;
  readonly credential: Credential | undefined;
  readonly reference: Reference;
  /** The reference as people write it, for messages. */
  readonly what: string;
  /** Deadline of the requests to this place, by the monotonic clock. */
  readonly until: number;
}

/** What a request asks for; a push needs the right to pull too. */
type Action = 'pull' | 'pull,push';

/** The distribution API, one request at a time. */
export interface Client {
  /** @param request its path goes on after `/v2/REPOSITORY/` */
  readonly send: (
    place: Place,
    action: Action,
    request: Pick<RegistryRequest, 'method' | 'path' | 'maximumBytes'> &
      Partial<Pick<RegistryRequest, 'headers' | 'body'>>,
  ) => Promise<RegistryResult<HttpResponse>>;
  /** The manifest of a tag or digest, its bytes checked against the digest. */
  readonly getManifest: (place: Place, target: string) => Promise<RegistryResult<RawManifest>>;
  /** The failure that an answer means. */
  readonly failureOf: (answer: HttpResponse, what: string) => Failed;
}

/**
 * A thousand layers take some 200 kB. Registries must accept manifests of 4 MiB (distribution specification, "Pushing
 * Manifests"). What is received at one time must have room in memory.
 */
export const maximumManifestBytes = 1_048_576;

/** Makes a client; it keeps tokens and nothing else. */
export function createClient(options: TransportOptions & { readonly allowed: readonly string[] | null }): Client {
  const sendRequest = createSender(options);

  const failureOf: Client['failureOf'] = ({ status, headers, body }, what) =>
    failureOfStatus({ status, code: errorCode(body), retryAfterMs: retryAfter(headers, options.clock.now()) }, what);

  const mayAsk = (registry: string): boolean =>
    options.allowed?.some((name) =>
      name.startsWith('*.') ? registry.endsWith(name.slice(1)) : normaliseRegistry(name) === registry,
    ) ?? true;

  // The registry's own name, also where a mirror answers for it.
  const send: Client['send'] = async ({ host, credential, until, reference }, action, request) =>
    mayAsk(reference.registry)
      ? sendRequest({
          headers: {},
          body: null,
          ...request,
          host,
          credential,
          until,
          scope: `repository:${reference.repository}:${action}`,
          path: `/v2/${reference.repository}/${request.path}`,
        })
      : fail(
          'notAllowed',
          `${reference.registry}: registries.allowed of the operator's configuration does not name it`,
        );

  async function getManifest(place: Place, target: string): Promise<RegistryResult<RawManifest>> {
    const answer = await send(place, 'pull', {
      method: 'GET',
      path: `manifests/${target}`,
      headers: { accept: acceptedTypes },
      maximumBytes: maximumManifestBytes,
    });
    if (!answer.ok) {
      return answer;
    }
    if (answer.value.status !== 200) {
      return failureOf(answer.value, place.what);
    }
    const { headers, body } = answer.value;
    const digest = digestOfBytes(body);
    return isDigest(target) && target !== digest
      ? fail('invalid', `${place.what}: the registry gives other content than ${target}`)
      : { ok: true, value: { digest, body, mediaType: contentType(headers) } };
  }

  return { send, getManifest, failureOf };
}

/** The registry itself, whose API is at another host than its name for Docker Hub. */
export function originPlace(reference: Reference, credential: Credential | undefined, until: number): Place {
  const { registry } = reference;
  return {
    host: registry === dockerHub ? 'registry-1.docker.io' : registry,
    credential,
    reference,
    what: familiarReference(reference),
    until,
  };
}

/** Another host, with the image's path or one before it. Requests to it carry no credential. */
export function mirrorPlace(reference: Reference, mirror: string, until: number): Place {
  const { host, repository } = mirrored(reference, mirror);
  return {
    host,
    credential: undefined,
    reference: { ...reference, repository },
    what: `${familiarReference(reference)} (through ${mirror})`,
    until,
  };
}

/** The tag that no tag means. */
export const defaultTag = 'latest';

/** What a reference asks for: the digest, else the tag. */
export function targetOf({ tag, digest }: Reference): string {
  return digest ?? tag ?? defaultTag;
}

/** `Content-Type` without parameters. */
export function contentType(headers: ResponseHeaders): string {
  return (headers.get('content-type') ?? '').split(';')[0]?.trim() ?? '';
}

const errorSchema = z.object({
  errors: z.array(z.object({ code: z.string().regex(/^[A-Z_]{1,40}$/) })).min(1),
});

/** The code of the first error in an answer; its text is the registry's own and stays out of our messages. */
function errorCode(body: Buffer): string {
  return errorSchema.safeParse(parseJson(body)).data?.errors[0]?.code ?? '';
}
