import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { parseArgs } from 'node:util';
import { agentExitCodes } from '../api/agentExitCodes.ts';
import { credentialFor, type DockerConfigEntry, parseDockerConfig } from '../oci/dockerConfig.ts';
import { formatRepository, parseReference } from '../oci/reference.ts';

/**
 * Subcommand `credentials`, the init container of a build: writes a docker `config.json` with just the entries of
 * this build's images, keyed by exact repository, because Kaniko matches those and the kubelet's rules are wider.
 * With `--trust DIR` it also writes the certificate bundle (the public ones of this image and IMAGESPEC_CA_BUNDLE)
 * and an apt configuration that names it.
 * @returns the exit code (`api/agentExitCodes.ts`); `report` gets the one telling line of a failure
 */
export async function runCredentials(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  report: (line: string) => void,
): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      secret: { type: 'string', multiple: true, default: [] },
      for: { type: 'string', multiple: true, default: [] },
      output: { type: 'string' },
      trust: { type: 'string' },
    },
  });
  if (values.output === undefined) {
    report('credentials: --output is missing');
    return agentExitCodes.usage.code;
  }
  const entries: DockerConfigEntry[] = [];
  for (const file of values.secret) {
    const parsed = parseDockerConfig(await readFile(file, 'utf8'));
    if (!parsed.ok) {
      report(`the pull Secret cannot be used: ${parsed.message}`);
      return agentExitCodes.credentialsInvalid.code;
    }
    entries.push(...parsed.value);
  }
  await mkdir(dirname(values.output), { recursive: true });
  await writeFile(values.output, JSON.stringify({ auths: authsFor(values.for, entries) }), { mode: 0o600 });
  if (values.trust !== undefined) {
    await writeTrust(values.trust, env['IMAGESPEC_CA_BUNDLE'] ?? '');
  }
  return 0;
}

/** go-containerregistry looks up `registry/repository` first (pkg/authn/keychain.go, v0.20.6). */
export function authsFor(
  images: readonly string[],
  entries: readonly DockerConfigEntry[],
): Record<string, { auth: string }> {
  const auths: Record<string, { auth: string }> = {};
  for (const image of images) {
    const reference = parseReference(image);
    const credential = reference.ok ? credentialFor(entries, reference.value) : undefined;
    if (reference.ok && credential !== undefined) {
      auths[formatRepository(reference.value)] = {
        auth: Buffer.from(`${credential.username}:${credential.password}`, 'utf8').toString('base64'),
      };
    }
  }
  return auths;
}

async function writeTrust(folder: string, additional: string): Promise<void> {
  const bundle = join(folder, 'ca.crt');
  await writeFile(bundle, `${[...rootCertificates, additional.trim()].join('\n')}\n`, { mode: 0o644 });
  await writeFile(join(folder, 'apt.conf'), `Acquire::https::CAInfo "${bundle}";\n`, { mode: 0o644 });
}
