/**
 * An image reference in the distribution project's grammar (distribution/reference `reference.go` and
 * `normalize.go`), normalised: Docker Hub is always `index.docker.io`, its official images carry `library/`.
 */
export interface Reference {
  /** `host` or `host:port`, in lower case. */
  readonly registry: string;
  /** Path below the registry. */
  readonly repository: string;
  readonly tag: string | null;
  readonly digest: string | null;
}

/** Docker Hub, as go-containerregistry, Kaniko and crane write it. */
export const dockerHub = 'index.docker.io';

const dockerHubNames = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io']);

const domain =
  /^(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*(?::\d+)?$|^\[[a-fA-F0-9:]+\](?::\d+)?$/;
const pathComponent = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const tagForm = /^\w[\w.-]{0,127}$/;
const digestForm = /^sha256:[0-9a-f]{64}$/;
const longestName = 255;
const longestReference = 1024;

/** What parsing yields; the message quotes the part at fault and says what is expected. */
export type ParsedReference =
  | { readonly ok: true; readonly value: Reference }
  | { readonly ok: false; readonly message: string };

/** Reads a reference as people write it. Time is linear in the length. */
export function parseReference(text: string): ParsedReference {
  if (text.length > longestReference) {
    return { ok: false, message: `an image reference has at most ${longestReference} characters` };
  }
  const at = text.indexOf('@');
  const digest = at === -1 ? null : text.slice(at + 1);
  if (digest !== null && !digestForm.test(digest)) {
    return fault(text, 'the digest must be sha256: and 64 hex digits');
  }
  const beforeDigest = at === -1 ? text : text.slice(0, at);
  const colon = beforeDigest.lastIndexOf(':');
  const hasTag = colon > beforeDigest.lastIndexOf('/');
  const tag = hasTag ? beforeDigest.slice(colon + 1) : null;
  if (tag !== null && !tagForm.test(tag)) {
    return fault(text, 'a tag has up to 128 letters, digits, "_", "." and "-", and starts with none of the last two');
  }
  return parseName(text, hasTag ? beforeDigest.slice(0, colon) : beforeDigest, tag, digest);
}

function parseName(text: string, name: string, tag: string | null, digest: string | null): ParsedReference {
  const slash = name.indexOf('/');
  const first = slash === -1 ? '' : name.slice(0, slash);
  const hasRegistry = first !== '' && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  const written = hasRegistry ? first : dockerHub;
  const path = hasRegistry ? name.slice(slash + 1) : name;
  if (!domain.test(written)) {
    return fault(text, 'the registry must be HOST or HOST:PORT');
  }
  const registry = dockerHubNames.has(written.toLowerCase()) ? dockerHub : written.toLowerCase();
  if (path === '') {
    return fault(text, 'the name of the repository is missing');
  }
  if (path !== path.toLowerCase()) {
    return fault(text, 'a repository is written in lower case');
  }
  if (!path.split('/').every((component) => pathComponent.test(component))) {
    return fault(text, 'a repository has letters, digits and single separators ".", "_", "-", and no scheme');
  }
  const repository = registry === dockerHub && !path.includes('/') ? `library/${path}` : path;
  if (repository.length > longestName) {
    return fault(text, `a repository has at most ${longestName} characters`);
  }
  return { ok: true, value: { registry, repository, tag, digest } };
}

function fault(text: string, message: string): ParsedReference {
  const shown = text.length > 120 ? `${text.slice(0, 120)}…` : text;
  return { ok: false, message: `${JSON.stringify(shown)} is not an image reference: ${message}` };
}

/** `registry/repository`, without tag and digest: the form in which references are compared. */
export function formatRepository({ registry, repository }: Pick<Reference, 'registry' | 'repository'>): string {
  return `${registry}/${repository}`;
}

/** The normalised reference with its tag and digest. */
export function formatReference(reference: Reference): string {
  const { tag, digest } = reference;
  return `${formatRepository(reference)}${tag === null ? '' : `:${tag}`}${digest === null ? '' : `@${digest}`}`;
}
