import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { agentExitCodes } from '../api/agentExitCodes.ts';
import { type DockerConfigEntry, parseDockerConfig } from '../oci/dockerConfig.ts';
import { formatReference, formatRepository, parseReference } from '../oci/reference.ts';
import { runCrane } from './crane.ts';
import { pushExitCode } from './craneFailure.ts';
import { authsFor } from './credentials.ts';
import { type Prepared, prepareOnBase, preparePlain, type Refused } from './prepare.ts';

/**
 * Subcommand `push`, the main container of a build. It pushes one image with crane under one tag. Its termination message is
 * `REPOSITORY@sha256:…`. No RUN step ever runs in this container, so a build cannot forge the digest.
 *
 * `--layout DIR` is what the builder wrote. One with anything but plain files is refused. `credentials` wrote
 * `--base-layers FILE` before any RUN step. With it, an image whose lowest layers are not those of its base is refused: a step
 * may have replaced what the builder wrote.
 *
 * With `--base-image FILE` the layout holds only what is new, and is put on that base. Without a layout the base itself gets
 * other variables and labels (`--platform`, `--set-env`, `--set-label`). The registry mounts the layers of the base, or they
 * are streamed, with the credentials of `--base-keyring FILE`.
 *
 * `DOCKER_CONFIG` names a private folder on a memory volume; `CRANE` the program (default `crane`).
 *
 * @returns the exit code (`api/agentExitCodes.ts`); `report` gets the one line that explains a failure
 */
export async function runPush(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  report: (line: string) => void,
): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      layout: { type: 'string' },
      destination: { type: 'string' },
      secret: { type: 'string', multiple: true, default: [] },
      insecure: { type: 'boolean', default: false },
      'base-layers': { type: 'string' },
      'base-image': { type: 'string' },
      'base-keyring': { type: 'string' },
      platform: { type: 'string', default: '' },
      'set-env': { type: 'string', multiple: true, default: [] },
      'set-label': { type: 'string', multiple: true, default: [] },
      termination: { type: 'string', default: '/dev/termination-log' },
    },
  });
  const destination = parseReference(values.destination ?? '');
  const configFolder = env['DOCKER_CONFIG'];
  const { layout = null } = values;
  const base = values['base-image'];
  if ((layout === null && base === undefined) || configFolder === undefined || !destination.ok) {
    report('push: --layout or --base-image, --destination and the variable DOCKER_CONFIG are needed');
    return agentExitCodes.usage.code;
  }
  const plain = values.insecure ? ['--insecure'] : [];
  const keyring = await keyringOf(values.secret);
  if (keyring.is === 'fault') {
    report(`the push Secret cannot be used: ${keyring.message}`);
    return agentExitCodes.credentialsInvalid.code;
  }
  const ofBase = values['base-keyring'] === undefined ? {} : await authsIn(values['base-keyring']);
  const own = authsFor([{ images: [destination.value], entries: keyring.entries, lookup: 'repository' }]);
  await mkdir(configFolder, { recursive: true });
  await writeFile(join(configFolder, 'config.json'), JSON.stringify({ auths: { ...ofBase, ...own } }), { mode: 0o600 });
  const prepared: Prepared | Refused =
    base === undefined
      ? await preparePlain(layout ?? '', values['base-layers'])
      : await prepareOnBase({
          base,
          layout,
          changes: { env: values['set-env'], labels: values['set-label'], platform: values.platform },
          folder: join(configFolder, 'image'),
          target: destination.value,
          plain,
          env,
        });
  if (prepared.is === 'refused') {
    report(prepared.message);
    return prepared.exitCode;
  }
  const target = formatReference(destination.value);
  const pushed = await runCrane(['push', prepared.layout, target, ...plain], env, {
    outputBytes: maximumOutputBytes,
    timeoutMs: null,
  });
  if (pushed.exitCode !== 0) {
    const line = pushed.lastError;
    report(`push to ${target}: ${line}`);
    return pushExitCode(line);
  }
  const digest = /@(sha256:[0-9a-f]{64})\s*$/.exec(pushed.output.toString('utf8'))?.[1];
  if (digest !== prepared.digest) {
    report(`crane pushed ${digest ?? 'no digest'}, and the layout holds ${prepared.digest}`);
    return agentExitCodes.digestMismatch.code;
  }
  await writeFile(values.termination, `${formatRepository(destination.value)}@${digest}`);
  return 0;
}

/** crane prints one reference. */
const maximumOutputBytes = 65_536;

async function keyringOf(
  secrets: readonly string[],
): Promise<
  | { readonly is: 'entries'; readonly entries: readonly DockerConfigEntry[] }
  | { readonly is: 'fault'; readonly message: string }
> {
  const entries: DockerConfigEntry[] = [];
  for (const file of secrets) {
    const parsed = parseDockerConfig(await readFile(file, 'utf8'));
    if (!parsed.ok) {
      return { is: 'fault', message: parsed.message };
    }
    entries.push(...parsed.value);
  }
  return { is: 'entries', entries };
}

/** The entries of the keyring that `credentials` wrote for the base. */
async function authsIn(file: string): Promise<Readonly<Record<string, unknown>>> {
  return keyringSchema.parse(JSON.parse(await readFile(file, 'utf8'))).auths;
}

const keyringSchema = z.object({ auths: z.record(z.string(), z.unknown()) });
