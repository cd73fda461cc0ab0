import { z } from 'zod';
import { dockerHub, type Reference } from './reference.ts';

/** User name and password (or token) for a registry. Never printed. */
export interface Credential {
  readonly username: string;
  readonly password: string;
}

/** One entry of a `.dockerconfigjson`: where it holds, and the credential. */
export interface DockerConfigEntry {
  /** Host, possibly with `*` for whole labels. */
  readonly host: string;
  /** Path prefix below the host, '' for all of it. */
  readonly path: string;
  readonly credential: Credential;
}

/** What reading yields; the message names the place and never the secret. */
export type ParsedDockerConfig =
  | { readonly ok: true; readonly value: readonly DockerConfigEntry[] }
  | { readonly ok: false; readonly message: string };

const entrySchema = z.object({
  username: z.string().optional(),
  password: z.string().optional(),
  auth: z.string().optional(),
});

const configSchema = z.object({ auths: z.record(z.string(), entrySchema).default({}) });

/** Reads the `.dockerconfigjson` of a `kubernetes.io/dockerconfigjson` Secret. */
export function parseDockerConfig(text: string): ParsedDockerConfig {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return { ok: false, message: '.dockerconfigjson is not JSON' };
  }
  const config = configSchema.safeParse(read);
  if (!config.success) {
    const issue = config.error.issues[0];
    return {
      ok: false,
      message: `.dockerconfigjson: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not understood'}`,
    };
  }
  const entries: DockerConfigEntry[] = [];
  for (const [key, entry] of Object.entries(config.data.auths)) {
    const credential = credentialOf(entry);
    if (credential === undefined) {
      return {
        ok: false,
        message: `.dockerconfigjson: auths[${JSON.stringify(key)}].auth is not base64 of USER:PASSWORD`,
      };
    }
    if (credential !== null) {
      entries.push({ ...placeOf(key), credential });
    }
  }
  return { ok: true, value: entries };
}

/** null: an empty entry, as credential helpers leave it. undefined: malformed. */
function credentialOf({ username, password, auth }: z.output<typeof entrySchema>): Credential | null | undefined {
  if (auth === undefined || auth === '') {
    return username === undefined || password === undefined ? null : { username, password };
  }
  const decoded = Buffer.from(auth, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  return colon <= 0 ? undefined : { username: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}

/** Keys are hosts, with or without scheme and path; `/v1/` and `/v2/` at the end are of the old API and no path. */
function placeOf(key: string): { readonly host: string; readonly path: string } {
  const bare = key.replace(/^https?:\/\//, '').replace(/\/+$/, '');
  const slash = bare.indexOf('/');
  const host = (slash === -1 ? bare : bare.slice(0, slash)).toLowerCase();
  const path = slash === -1 ? '' : bare.slice(slash + 1);
  return {
    host: ['docker.io', 'registry-1.docker.io'].includes(host) ? dockerHub : host,
    path: path === 'v1' || path === 'v2' ? '' : path,
  };
}

/**
 * The credential for a reference, chosen as the kubelet chooses (kubernetes pkg/credentialprovider/keyring.go): the
 * host matches, `*` standing for part of a label; a path is a prefix; the longest place wins, then the earlier
 * Secret.
 */
export function credentialFor(
  entries: readonly DockerConfigEntry[],
  { registry, repository }: Pick<Reference, 'registry' | 'repository'>,
): Credential | undefined {
  const matching = entries.filter(
    ({ host, path }) =>
      hostMatches(host, registry) && (path === '' || repository === path || repository.startsWith(`${path}/`)),
  );
  return matching.toSorted((a, b) => `${b.host}/${b.path}`.length - `${a.host}/${a.path}`.length)[0]?.credential;
}

function hostMatches(pattern: string, host: string): boolean {
  if (!pattern.includes('*')) {
    return pattern === host;
  }
  const wanted = pattern.split('.');
  const labels = host.split('.');
  return wanted.length === labels.length && wanted.every((want, index) => labelMatches(want, labels[index] ?? ''));
}

/** Linear: each `*` takes the earliest continuation. */
function labelMatches(pattern: string, label: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) {
    return pattern === label;
  }
  const last = rest.at(-1) ?? '';
  if (!label.startsWith(first) || !label.endsWith(last) || label.length < first.length + last.length) {
    return false;
  }
  let position = first.length;
  for (const part of rest.slice(0, -1)) {
    const found = label.indexOf(part, position);
    if (found === -1) {
      return false;
    }
    position = found + part.length;
  }
  return position <= label.length - last.length;
}
