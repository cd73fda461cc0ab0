import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { z } from 'zod';
import { run } from './artifacts/run.ts';

/** Where clusters keep what they need while they run: `$XDG_STATE_HOME/imagespec-operator/clusters`. */
export function clustersFolder(): string {
  const state = process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state');
  return join(state, 'imagespec-operator', 'clusters');
}

/** A process for certain: process ids are used again, a pair of id and start time is not. */
const processIdentity = z.object({ pid: z.number(), startTime: z.string() });
export type ProcessIdentity = z.infer<typeof processIdentity>;

const plainRegistry = z.object({ host: z.string(), url: z.string() });
const securedRegistry = plainRegistry.extend({ ca: z.string(), username: z.string(), password: z.string() });
const registries = z.object({ plain: plainRegistry, secured: securedRegistry });
export const servedImage = z.object({ name: z.string(), standsFor: z.enum(['stand-in', 'real']) });

/** Description of a running cluster, for later processes. */
export const description = z.discriminatedUnion('provider', [
  z.object({ provider: z.literal('light') }),
  z.object({ provider: z.literal('k3s'), registries, images: z.array(servedImage) }),
  z.object({
    provider: z.literal('local'),
    address: z.string(),
    registries,
    images: z.array(servedImage),
  }),
]);
export type Description = z.infer<typeof description>;

/** The life of a cluster as its supervisor writes it into the state folder. */
const common = { provider: z.enum(['light', 'k3s', 'local']), supervisor: processIdentity };
const record = z.discriminatedUnion('is', [
  z.object({ is: z.literal('starting'), ...common }),
  z.object({ is: z.literal('ready'), ...common, cluster: description }),
  z.object({
    is: z.literal('failed'),
    ...common,
    message: z.string(),
    /** What the supervisor could not undo: it is still there. */
    notUndone: z.array(z.string()).readonly(),
  }),
]);
export type ClusterRecord = z.infer<typeof record>;

const recordFile = 'cluster.json';

/** The start time of a process in clock ticks since boot (proc(5), stat field 22); undefined when it is gone. */
function startTimeOf(pid: number): string | undefined {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return undefined;
  try {
    const stat = readFileSync(file, 'utf8');
    // The second field is the command in parentheses and may hold spaces: count from behind it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** @throws when /proc is not mounted. */
export function ownIdentity(): ProcessIdentity {
  const startTime = startTimeOf(process.pid);
  if (startTime === undefined) throw new Error('/proc does not show this process: it has to be mounted');
  return { pid: process.pid, startTime };
}

export function isAlive(identity: ProcessIdentity): boolean {
  return startTimeOf(identity.pid) === identity.startTime;
}

/** Writes the record in one step, so that a reader never sees half of it. */
export async function writeRecord(folder: string, content: ClusterRecord): Promise<void> {
  const file = join(folder, recordFile);
  await writeFile(`${file}.new`, JSON.stringify(content, undefined, 2), { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/** The record of a cluster's folder; undefined when there is none or it was written by another version. */
export async function readRecord(folder: string): Promise<ClusterRecord | undefined> {
  return record.safeParse(await readJson(folder)).data;
}

/** The supervisor that runs a folder's cluster now, for a record of any version; undefined when none does. */
export async function liveSupervisor(folder: string): Promise<ProcessIdentity | undefined> {
  const supervisor = z.object({ supervisor: processIdentity }).safeParse(await readJson(folder)).data?.supervisor;
  return supervisor !== undefined && isAlive(supervisor) ? supervisor : undefined;
}

async function readJson(folder: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(join(folder, recordFile), 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Makes the folder of a new cluster. A folder that a dead cluster left is emptied first.
 *
 * @throws when a cluster of this name is up, or the name fits no path or host name.
 */
export async function claimFolder(name: string): Promise<string> {
  if (!/^[a-z][a-z0-9-]{0,29}$/.test(name)) {
    throw new Error(`"${name}" cannot name a cluster: use up to 30 lower-case letters, digits and "-"`);
  }
  const folder = join(clustersFolder(), name);
  if ((await liveSupervisor(folder)) !== undefined) {
    throw new Error(`A cluster named "${name}" is up already (${folder}): attach to it or take it down first`);
  }
  await removeFolder(folder);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** A failed cluster's logs are of use for a while, its folder is not for ever. */
const keptFailedMilliseconds = 24 * 3600 * 1000;

/** Removes the folders of clusters whose supervisor is gone; those that failed go after a day. */
export async function removeDeadFolders(): Promise<void> {
  const folders = await readdir(clustersFolder()).catch(() => []);
  for (const name of folders) {
    const folder = join(clustersFolder(), name);
    const found = await readRecord(folder);
    if (found === undefined || (await liveSupervisor(folder)) !== undefined) continue;
    const { mtimeMs } = await stat(folder);
    if (found.is !== 'failed' || Date.now() - mtimeMs > keptFailedMilliseconds) await removeFolder(folder);
  }
}

/** Removes a folder with all that is in it: rm does so with a node's unpacked images several times faster than Node. */
export async function removeFolder(folder: string): Promise<void> {
  await run('rm', ['-rf', '--', folder]);
}
