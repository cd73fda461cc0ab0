import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { agentExitCodes } from '../api/agentExitCodes.ts';
import { type DockerConfigEntry, parseDockerConfig } from '../oci/dockerConfig.ts';
import { formatReference, formatRepository, parseReference } from '../oci/reference.ts';
import { baseFault, readLayersFile } from './baseLayers.ts';
import { runCrane } from './crane.ts';
import { authsFor } from './credentials.ts';
import { diffIdOf, inspectLayout } from './layout.ts';

/**
 * Subcommand `push`, the main container of a build. It refuses a layout with anything but plain files, and pushes it with
 * crane under one tag. Its termination message is `REPOSITORY@sha256:…`. No RUN step ever runs in this container, so a build
 * cannot forge the digest. `credentials` wrote `--base-layers FILE` before any RUN step. With it, an image whose lowest
 * layers are not those of its base is refused: a step may have replaced what the builder wrote.
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
      termination: { type: 'string', default: '/dev/termination-log' },
    },
  });
  const destination = parseReference(values.destination ?? '');
  const configFolder = env['DOCKER_CONFIG'];
  if (values.layout === undefined || configFolder === undefined || !destination.ok) {
    report('push: --layout, --destination and the variable DOCKER_CONFIG are needed');
    return agentExitCodes.usage.code;
  }
  const layout = await inspectLayout(values.layout);
  if (!layout.ok) {
    report(`the built image is refused: ${layout.message}`);
    return agentExitCodes.layoutRefused.code;
  }
  const folder = values.layout;
  if (values['base-layers'] !== undefined) {
    const base = await readLayersFile(values['base-layers']);
    if (base.is === 'unread') {
      report(`the layers of the base image could not be read before the build: ${base.message}`);
      return agentExitCodes.unavailable.code;
    }
    const fault = await baseFault(base, layout.layers, (digest) => diffIdOf(folder, digest));
    if (fault !== undefined) {
      report(fault);
      return agentExitCodes.baseReplaced.code;
    }
  }
  const entries: DockerConfigEntry[] = [];
  for (const file of values.secret) {
    const parsed = parseDockerConfig(await readFile(file, 'utf8'));
    if (!parsed.ok) {
      report(`the push Secret cannot be used: ${parsed.message}`);
      return agentExitCodes.credentialsInvalid.code;
    }
    entries.push(...parsed.value);
  }
  const target = formatReference(destination.value);
  await mkdir(configFolder, { recursive: true });
  await writeFile(
    join(configFolder, 'config.json'),
    JSON.stringify({ auths: authsFor([{ images: [destination.value], entries, lookup: 'repository' }]) }),
    {
      mode: 0o600,
    },
  );
  const craneArgv = ['push', values.layout, target, ...(values.insecure ? ['--insecure'] : [])];
  const pushed = await runCrane(craneArgv, env, { outputBytes: maximumOutputBytes, timeoutMs: null });
  if (pushed.exitCode !== 0) {
    const line = pushed.lastError;
    report(`push to ${target}: ${line}`);
    return codeOf(line);
  }
  const digest = /@(sha256:[0-9a-f]{64})\s*$/.exec(pushed.output.toString('utf8'))?.[1];
  if (digest !== layout.digest) {
    report(`crane pushed ${digest ?? 'no digest'}, and the layout holds ${layout.digest}`);
    return agentExitCodes.digestMismatch.code;
  }
  await writeFile(values.termination, `${formatRepository(destination.value)}@${digest}`);
  return 0;
}

/** crane prints one reference. */
const maximumOutputBytes = 65_536;

/** Patterns for crane's last line, tried in order. */
const craneLines = [
  // Registries such as Harbor also answer DENIED when a project is full.
  { match: /(?:UNAUTHORIZED|DENIED|status code 40[13]).*(?:quota|exceed)/i, exit: agentExitCodes.pushFailed },
  { match: /UNAUTHORIZED|DENIED|status code 40[13]/, exit: agentExitCodes.unauthorized },
  { match: /TOOMANYREQUESTS|status code 429/, exit: agentExitCodes.rateLimited },
  { match: /x509|certificate/, exit: agentExitCodes.certificateUntrusted },
  {
    match:
      /connection refused|no such host|timeout|deadline exceeded|reset by peer|broken pipe|unreachable|no route to host|status code 5\d\d|EOF|server gave HTTP response/,
    exit: agentExitCodes.unavailable,
  },
] as const;

function codeOf(line: string): number {
  return (craneLines.find(({ match }) => match.test(line))?.exit ?? agentExitCodes.pushFailed).code;
}
