import { z } from 'zod';
import { dockerHub, type Repository } from './reference.ts';

/** Gives access to a registry. Never printed. */
export type Credential =
  | { readonly is: 'password'; readonly username: string; readonly password: string }
  /** An OAuth 2 refresh token that the registry's token service exchanges (`identitytoken`). */
  | { readonly is: 'identityToken'; readonly token: string }
  /** A bearer token for the registry itself (`registrytoken`). */
  | { readonly is: 'registryToken'; readonly token: string };

/** One entry of a `.dockerconfigjson`: the place it covers, and the credential. */
export interface DockerConfigEntry {
  /** `host[:port][/path]`, without the scheme and the path of an old API. Entries sort by it, as in the kubelet. */
  readonly place: string;
  /** Labels of the host. `*` stands for any part of one. */
  readonly labels: readonly string[];
  readonly port: string;
  /** '' for the whole registry, else a prefix that starts with a slash. */
  readonly path: string;
  readonly credential: Credential;
}

/** The result of parsing. The message names the place and never the secret. */
export type ParsedDockerConfig =
  | { readonly ok: true; readonly value: readonly DockerConfigEntry[] }
  | { readonly ok: false; readonly message: string };

const entrySchema = z.object({
  username: z.string().optional(),
  password: z.string().optional(),
  auth: z.string().optional(),
  identitytoken: z.string().optional(),
  registrytoken: z.string().optional(),
});

type RawEntry = z.output<typeof entrySchema>;

const configSchema = z.object({ auths: z.record(z.string(), entrySchema).default({}) });

/**
 * Parses the `.dockerconfigjson` of a `kubernetes.io/dockerconfigjson` Secret. As in the kubelet, one malformed entry
 * spoils the whole Secret: the image that it was meant for is unknown.
 */
export function parseDockerConfig(text: string): ParsedDockerConfig {
  const read = parseJson(text);
  if (read === undefined) {
    return { ok: false, message: '.dockerconfigjson is not JSON' };
  }
  const config = configSchema.safeParse(read);
  if (!config.success) {
    const issue = config.error.issues[0];
    const place = z.core.toDotPath(issue?.path ?? []);
    return {
      ok: false,
      message: `.dockerconfigjson: ${place === '' ? 'it' : place} is not as expected: ${issue?.message ?? 'not understood'}`,
    };
  }
  const entries: DockerConfigEntry[] = [];
  for (const [key, entry] of Object.entries(config.data.auths)) {
    const credential = credentialOf(entry);
    switch (credential.is) {
      case 'malformed':
        return { ok: false, message: `.dockerconfigjson: auths[${JSON.stringify(key)}].auth ${credential.fault}` };
      case 'none':
        break;
      case 'password':
      case 'identityToken':
      case 'registryToken':
        entries.push({ ...placeOf(key), credential });
    }
  }
  return { ok: true, value: entries };
}

/** undefined: not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Tokens first, as in go-containerregistry (pkg/authn). Credential helpers leave entries without any. */
function credentialOf(
  entry: RawEntry,
): Credential | { readonly is: 'none' } | { readonly is: 'malformed'; readonly fault: string } {
  const { username = '', password = '', auth = '', identitytoken = '', registrytoken = '' } = entry;
  if (registrytoken !== '') {
    return { is: 'registryToken', token: registrytoken };
  }
  if (identitytoken !== '') {
    return { is: 'identityToken', token: identitytoken };
  }
  if (auth === '') {
    return username === '' ? { is: 'none' } : { is: 'password', username, password };
  }
  const decoded = decodeBase64(auth);
  if (decoded === undefined) {
    return { is: 'malformed', fault: 'is not base64' };
  }
  const colon = decoded.indexOf(':');
  return colon <= 0
    ? { is: 'malformed', fault: 'is not base64 of USER:PASSWORD' }
    : { is: 'password', username: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}

/**
 * Decodes with or without padding and with line breaks, like Go's encoding/base64. Buffer alone skips foreign
 * characters.
 */
function decodeBase64(text: string): string | undefined {
  const bare = text.trim().replaceAll(/[\r\n]/g, '');
  return /^[A-Za-z0-9+/]*={0,2}$/.test(bare) ? Buffer.from(bare, 'base64').toString('utf8') : undefined;
}

/**
 * Keys are hosts, with or without scheme and path. A leading `/v1/` or `/v2/` belongs to the registry's API, not to the
 * path.
 */
function placeOf(key: string): Omit<DockerConfigEntry, 'credential'> {
  const bare = key.replace(/^https?:\/\//, '');
  const slash = bare.indexOf('/');
  const authority = slash === -1 ? bare : bare.slice(0, slash);
  const written = slash === -1 ? '' : bare.slice(slash);
  const path = /^\/v[12]\//.test(written) ? written.slice(3) : written;
  return {
    place: `${authority}${path === '/' ? '' : path}`,
    ...splitAuthority(authority),
    path: path === '/' ? '' : path,
  };
}

function splitAuthority(authority: string): { readonly labels: readonly string[]; readonly port: string } {
  const colon = authority.lastIndexOf(':');
  const hasPort = colon > authority.lastIndexOf(']');
  const host = hasPort ? authority.slice(0, colon) : authority;
  return { labels: host.split('.'), port: hasPort ? authority.slice(colon + 1) : '' };
}

/**
 * The kubelet's choice of a credential for a repository (kubernetes v1.35 pkg/credentialprovider/keyring.go). Host
 * labels match, with `*` for any part of one; the port is the same; the path is a prefix of the text. Places are tried
 * in descending byte order, so a longer one before its prefix and a name before a wildcard. Equal places keep the order
 * of entries, and so of Secrets. An entry for `index.docker.io` serves Docker Hub when none for `docker.io` does. The
 * kubelet tries every match. Kaniko and crane take one, so this returns the first.
 */
export function credentialFor(
  entries: readonly DockerConfigEntry[],
  { registry, repository }: Repository,
): Credential | undefined {
  const target = {
    // The kubelet normalises Docker Hub to this name before the lookup.
    ...splitAuthority(registry === dockerHub ? 'docker.io' : registry),
    path: `/${repository}`,
  };
  const matching = entries.filter(
    ({ labels, port, path }) =>
      port === target.port &&
      target.path.startsWith(path) &&
      labels.length === target.labels.length &&
      labels.every((label, index) => labelMatches(label, target.labels[index] ?? '')),
  );
  const first = matching.toSorted((a, b) => (a.place === b.place ? 0 : a.place < b.place ? 1 : -1))[0];
  const found = first ?? (registry === dockerHub ? entries.find(({ place }) => place === dockerHub) : undefined);
  return found?.credential;
}

/** Linear: each `*` takes the earliest continuation. */
function labelMatches(pattern: string, label: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) {
    return pattern === label;
  }
  if (!label.startsWith(first) || !label.endsWith(last) || label.length < first.length + last.length) {
    return false;
  }
  let position = first.length;
  for (const part of rest) {
    const found = label.indexOf(part, position);
    if (found === -1) {
      return false;
    }
    position = found + part.length;
  }
  return position <= label.length - last.length;
}
