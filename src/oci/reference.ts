import { LRUCache } from 'lru-cache';
import { isDigest } from './digest.ts';

/**
 * An image reference in the distribution project's grammar (github.com/distribution/reference v0.6.0), normalised:
 * Docker Hub is always `index.docker.io`, and its official images carry `library/`. Two references mean the same image
 * exactly when `formatReference` returns the same text.
 */
export interface Reference {
  /** `host` or `host:port`, in lower case. */
  readonly registry: string;
  /** Path below the registry. */
  readonly repository: string;
  readonly tag: string | null;
  readonly digest: string | null;
}

/** A repository, without tag and digest. */
export type Repository = Pick<Reference, 'registry' | 'repository'>;

/** Docker Hub's name in go-containerregistry, Kaniko and crane. */
export const dockerHub = 'index.docker.io';

const dockerHubNames = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io']);

const domainForm =
  /^(?:[a-z0-9]|[a-z0-9][a-z0-9-]*[a-z0-9])(?:\.(?:[a-z0-9]|[a-z0-9][a-z0-9-]*[a-z0-9]))*$|^\[[a-f0-9:]+\]$/i;
const portForm = /^(?:[1-9]\d{0,4})$/;
const pathComponent = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const tagForm = /^\w[\w.-]{0,127}$/;
const imageId = /^[a-f0-9]{64}$/;
const lengths = { reference: 1024, repository: { least: 2, most: 255 } } as const;

/** The result of parsing. The message quotes the text and describes the expected form. */
export type ParsedReference =
  | { readonly ok: true; readonly value: Reference }
  | { readonly ok: false; readonly message: string };

/** A part of a reference, or its fault. */
type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: string };

/**
 * Parses a reference as users write it, in linear time.
 *
 * It is stricter than the grammar where Kaniko, crane or a URL would read something else. Builds then pull the checked
 * image. For go-containerregistry, a host without dot and port (`localhost/x`, `HOST/x`) is a path on Docker Hub. It also
 * refuses repositories of one character and digests other than SHA-256. In a URL, `0x7f.1` becomes another host.
 */
export function parseReference(text: string): ParsedReference {
  const parsed = text.length > lengths.reference ? tooLong : readReference(text);
  return parsed.ok ? parsed : { ok: false, message: `${quoted(text)} is not an image reference: ${parsed.fault}` };
}

const tooLong = fault(`it has more than ${lengths.reference} characters`);

function fault(text: string): { readonly ok: false; readonly fault: string } {
  return { ok: false, fault: text };
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}…` : text);
}

function readReference(text: string): Parsed<Reference> {
  if (text.includes('://')) {
    return fault('remove the scheme such as https://');
  }
  const [beforeDigest, digest] = cut(text, text.indexOf('@'));
  if (digest !== null && !isDigest(digest)) {
    return fault('a digest must be sha256: and 64 hex digits in lower case');
  }
  const colon = beforeDigest.lastIndexOf(':');
  const [name, tag] = cut(beforeDigest, colon > beforeDigest.lastIndexOf('/') ? colon : -1);
  if (tag !== null && !tagForm.test(tag)) {
    return fault('a tag is 1 to 128 letters, digits, "_", "." and "-", and starts with neither of the last two');
  }
  const repository = readName(name);
  return repository.ok ? { ok: true, value: { ...repository.value, tag, digest } } : repository;
}

/** The text before and after a position; null without such a position. */
function cut(text: string, position: number): readonly [string, string | null] {
  return position === -1 ? [text, null] : [text.slice(0, position), text.slice(position + 1)];
}

function readName(name: string): Parsed<Repository> {
  const slash = name.indexOf('/');
  const first = slash === -1 ? '' : name.slice(0, slash);
  // In the grammar, an upper-case letter makes it a host: repositories have none.
  const isHost = /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase();
  const registry = isHost ? readRegistry(first) : ({ ok: true, value: dockerHub } as const);
  if (!registry.ok) {
    return registry;
  }
  const path = isHost ? name.slice(slash + 1) : name;
  const wrong = pathFault(path, isHost);
  if (wrong !== undefined) {
    return fault(wrong);
  }
  const repository = registry.value === dockerHub && !path.includes('/') ? `library/${path}` : path;
  if (path.length < lengths.repository.least || repository.length > lengths.repository.most) {
    return fault(`a repository has ${lengths.repository.least} to ${lengths.repository.most} characters`);
  }
  return { ok: true, value: { registry: registry.value, repository } };
}

function pathFault(path: string, hasHost: boolean): string | undefined {
  if (path === '') {
    return 'the name of the repository is missing';
  }
  if (!hasHost && imageId.test(path)) {
    return 'this is an image ID, which is local to one machine; write the name of its repository';
  }
  if (path !== path.toLowerCase()) {
    return 'a repository must be in lower case';
  }
  return path.split('/').every((component) => pathComponent.test(component))
    ? undefined
    : 'a repository has lower-case letters, digits and, between them, ".", "_", "__" or "-"; no scheme, no space';
}

/** Few registries are named again and again, and to read a URL takes as long as all else. */
const registries = new LRUCache<string, Parsed<string>>({ max: 256 });

function readRegistry(written: string): Parsed<string> {
  const known = registries.get(written);
  if (known !== undefined) {
    return known;
  }
  const read = readNewRegistry(written);
  registries.set(written, read);
  return read;
}

function readNewRegistry(written: string): Parsed<string> {
  const [host, port] = splitPort(written.toLowerCase());
  if (!domainForm.test(host)) {
    return fault('a registry is HOST or HOST:PORT');
  }
  if (port !== null && !portForm.test(port)) {
    return fault('the port of the registry is a number from 1 to 65535');
  }
  if (port === null && !/[.[]/.test(host)) {
    return fault(`some programs do not read "${host}" alone as a registry; write ${host}:PORT`);
  }
  const url = `https://${host}${port === null ? '' : `:${port}`}`;
  if (!URL.canParse(url)) {
    return fault('the registry is not a valid host');
  }
  const { hostname } = new URL(url);
  if (hostname !== host && !host.startsWith('[')) {
    return fault(`programs would connect to ${hostname}; write that name`);
  }
  const registry = `${hostname}${port === null ? '' : `:${port}`}`;
  return { ok: true, value: normaliseRegistry(registry) };
}

/** The port follows the last colon outside of brackets. */
function splitPort(registry: string): readonly [string, string | null] {
  const colon = registry.lastIndexOf(':');
  return cut(registry, colon > registry.lastIndexOf(']') ? colon : -1);
}

/** The canonical name of a registry: `index.docker.io` for each name of Docker Hub; others stay. */
export function normaliseRegistry(registry: string): string {
  return dockerHubNames.has(registry) ? dockerHub : registry;
}

/** `registry/repository`, without tag and digest: the form for comparisons. */
export function formatRepository({ registry, repository }: Repository): string {
  return `${registry}/${repository}`;
}

/** The normalised reference with its tag and digest. */
export function formatReference(reference: Reference): string {
  return `${formatRepository(reference)}${suffix(reference)}`;
}

/**
 * The reference as users write it, for messages: without Docker Hub's host and `library/` where that is unambiguous.
 */
export function familiarReference(reference: Reference): string {
  const full = formatReference(reference);
  if (reference.registry !== dockerHub) {
    return full;
  }
  const path = `${reference.repository.replace(/^library\/(?=[^/]+$)/, '')}${suffix(reference)}`;
  const read = readReference(path);
  return read.ok && formatReference(read.value) === full ? path : full;
}

function suffix({ tag, digest }: Reference): string {
  return `${tag === null ? '' : `:${tag}`}${digest === null ? '' : `@${digest}`}`;
}

/** The registry of a reference, as `HOST[:PORT]`; null for an invalid reference, which names no registry. */
export function hostOf(reference: string): string | null {
  const parsed = parseReference(reference);
  return parsed.ok ? parsed.value.registry : null;
}
