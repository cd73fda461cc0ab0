import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { parseArgs } from 'node:util';
import { agentExitCodes } from '../api/agentExitCodes.ts';
import { type Credential, credentialFor, type DockerConfigEntry, parseDockerConfig } from '../oci/dockerConfig.ts';
import { dockerHub, formatRepository, parseReference, type Repository } from '../oci/reference.ts';
import { fetchBase } from './base/baseImage.ts';
import { writeStub } from './base/stub.ts';
import { readBaseLayers } from './baseLayers.ts';
import { baseExitCode } from './craneFailure.ts';

/**
 * Subcommand `credentials`, the init container of a build. It writes a docker `config.json`. Each image that this build
 * reads or writes has an entry (--pull, --cache, --push, each with its Secrets). The keys are exact repositories: Kaniko
 * matches those, while the kubelet's rules are wider. With `--trust DIR` it also writes the certificate bundle: this image's
 * public CAs and IMAGESPEC_CA_BUNDLE. It adds apt's configuration (IMAGESPEC_APT_CONFIGURATION). With `--base-layers FILE`
 * it writes the layers of the final base (`--base REF@DIGEST`, one for each place that has it; `--insecure HOST`), which
 * `push` looks for in the built image. A base that cannot be read is no failure here: the builder reads it from the same
 * places, and its failure says more.
 *
 * With `--base-image FILE` it writes manifest and configuration of that base, for an image that is put on it. A base that
 * cannot be read ends the build here. `--base-keyring FILE` takes the pull credentials then, so that no step has them.
 * `--stub DIR` gets what the builder reads in place of the base.
 *
 * @returns the exit code (`api/agentExitCodes.ts`); `report` gets the one line that explains a failure
 */
export async function runCredentials(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  report: (line: string) => void,
): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      pull: { type: 'string', multiple: true, default: [] },
      'pull-secret': { type: 'string', multiple: true, default: [] },
      cache: { type: 'string', multiple: true, default: [] },
      'cache-secret': { type: 'string', multiple: true, default: [] },
      push: { type: 'string', multiple: true, default: [] },
      'push-secret': { type: 'string', multiple: true, default: [] },
      output: { type: 'string' },
      trust: { type: 'string' },
      base: { type: 'string', multiple: true, default: [] },
      insecure: { type: 'string', multiple: true, default: [] },
      'base-layers': { type: 'string' },
      'base-image': { type: 'string' },
      'base-keyring': { type: 'string' },
      stub: { type: 'string' },
    },
  });
  if (values.output === undefined) {
    report('credentials: --output is missing');
    return agentExitCodes.usage.code;
  }
  const keyrings: { readonly use: 'pull' | 'cache' | 'push'; readonly keyring: Keyring }[] = [];
  for (const use of ['pull', 'cache', 'push'] as const) {
    const entries: DockerConfigEntry[] = [];
    for (const file of values[`${use}-secret`]) {
      const parsed = parseDockerConfig(await readFile(file, 'utf8'));
      if (!parsed.ok) {
        report(`the ${use} Secret cannot be used: ${parsed.message}`);
        return agentExitCodes.credentialsInvalid.code;
      }
      entries.push(...parsed.value);
    }
    const images: Repository[] = [];
    for (const text of values[use]) {
      const reference = parseReference(text);
      if (!reference.ok) {
        report(`credentials: --${use} ${reference.message}`);
        return agentExitCodes.usage.code;
      }
      images.push(reference.value);
    }
    // To push, Kaniko looks credentials up by registry alone (pkg/executor/push.go, v1.28.3).
    keyrings.push({ use, keyring: { images, entries, lookup: use === 'pull' ? 'repository' : 'registry' } });
  }
  const pullKeyring = values['base-keyring'];
  const isOfBase = ({ use }: { readonly use: string }) => use === 'pull' && pullKeyring !== undefined;
  const ofBuilder = keyrings.filter((entry) => !isOfBase(entry)).map(({ keyring }) => keyring);
  const ofBase = keyrings.filter(isOfBase).map(({ keyring }) => keyring);
  await mkdir(dirname(values.output), { recursive: true });
  await writeFile(values.output, JSON.stringify({ auths: authsFor(ofBuilder) }), { mode: 0o600 });
  if (values.trust !== undefined) {
    await writeTrust(values.trust, env['IMAGESPEC_CA_BUNDLE'] ?? '', env['IMAGESPEC_APT_CONFIGURATION'] ?? '');
  }
  if (values['base-layers'] !== undefined) {
    const asBuilder = { ...env, DOCKER_CONFIG: dirname(values.output) };
    const layers = await readBaseLayers(values.base, values.insecure, asBuilder);
    await writeFile(values['base-layers'], JSON.stringify(layers), { mode: 0o644 });
  }
  const [image, keyring] = [values['base-image'], values['base-keyring']];
  return image === undefined || keyring === undefined
    ? 0
    : writeBase(
        { image, keyring, stub: values.stub },
        { auths: authsFor(ofBase) },
        values.base,
        values.insecure,
        env,
        report,
      );
}

/** Where the parts of a base go; undefined: no builder needs a stub. */
interface BaseFiles {
  readonly image: string;
  readonly keyring: string;
  readonly stub: string | undefined;
}

/** Reads the base with its own keyring, and writes what the containers after this one need of it. */
async function writeBase(
  files: BaseFiles,
  keyring: { readonly auths: ReturnType<typeof authsFor> },
  places: readonly string[],
  insecure: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  report: (line: string) => void,
): Promise<number> {
  // The push container is root without capabilities: it reads the file by the Pod's group.
  await writeFile(files.keyring, JSON.stringify(keyring), { mode: 0o640 });
  // crane looks for a file of this name only.
  const folder = join(dirname(files.keyring), 'base-docker');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'config.json'), JSON.stringify(keyring), { mode: 0o600 });
  const base = await fetchBase(places, insecure, { ...env, DOCKER_CONFIG: folder });
  if (!base.ok) {
    report(`the base image cannot be read: ${base.message}`);
    return baseExitCode(base.message);
  }
  await writeFile(files.image, JSON.stringify(base.value), { mode: 0o644 });
  if (files.stub !== undefined) {
    await writeStub(files.stub, base.value);
  }
  return 0;
}

/** An entry of docker's config.json. */
type DockerAuth =
  | { readonly auth: string }
  | { readonly identitytoken: string }
  | { readonly registrytoken: string }
  | Readonly<Record<string, never>>;

/** Docker's key for Docker Hub, as go-containerregistry looks it up (pkg/authn/keychain.go, v0.20.6). */
const dockerHubKey = `https://${dockerHub}/v1/`;

/** Images, and the credentials that can match them. */
export interface Keyring {
  readonly images: readonly Repository[];
  readonly entries: readonly DockerConfigEntry[];
  /** `registry`: the program looks up the registry's entry, so that entry must open the image too. */
  readonly lookup: 'repository' | 'registry';
}

/**
 * The `auths` of a config.json for exactly these images; when several keyrings name an image, the last one wins.
 * go-containerregistry looks for `registry/repository`, then for the registry. Then it takes any entry of that host. Each
 * host therefore gets an empty entry: otherwise an image without a credential would be requested with another image's.
 */
export function authsFor(keyrings: readonly Keyring[]): Readonly<Record<string, DockerAuth>> {
  const auths: Record<string, DockerAuth> = {};
  for (const { images, entries, lookup } of keyrings) {
    for (const image of images) {
      const registry = image.registry === dockerHub ? dockerHubKey : image.registry;
      auths[registry] ??= {};
      const credential = credentialFor(entries, image);
      if (credential !== undefined) {
        const auth = dockerAuth(credential);
        auths[formatRepository(image)] = auth;
        auths[registry] = lookup === 'registry' ? auth : auths[registry];
      }
    }
  }
  return auths;
}

function dockerAuth(credential: Credential): DockerAuth {
  switch (credential.is) {
    case 'password':
      return { auth: Buffer.from(`${credential.username}:${credential.password}`, 'utf8').toString('base64') };
    case 'identityToken':
      return { identitytoken: credential.token };
    case 'registryToken':
      return { registrytoken: credential.token };
  }
}

async function writeTrust(folder: string, additional: string, aptConfiguration: string): Promise<void> {
  const bundle = `${[...rootCertificates, additional.trim()].join('\n')}\n`;
  await writeFile(join(folder, 'ca.crt'), bundle, { mode: 0o644 });
  await writeFile(join(folder, 'apt.conf'), aptConfiguration, { mode: 0o644 });
}
