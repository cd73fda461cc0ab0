import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../tools/cluster/artifacts/run.ts';
import { createAuthority } from '../../tools/cluster/pki.ts';
import { openFront, type RegistryFront } from '../node/front.ts';
import { putPython, putShell } from '../node/images.ts';
import { type Login, type OwnRegistry, prepareRegistry } from '../node/registry.ts';
import { openScene, type Scene } from '../node/scene.ts';
import { hostEnd, ports } from '../node/settings.ts';
import { type Journal, openJournal, type State } from './journal.ts';
import { openPlace, type Place } from './place.ts';

/** Everything that the cases of one file share. */
export interface Stage {
  readonly scene: Scene;
  readonly journal: Journal;
  /** A registry without authentication that cases end and start. */
  readonly unreliable: OwnRegistry;
  /** A registry that requires a login. `leaver` is a user whose right a case revokes. */
  readonly guarded: OwnRegistry & { readonly login: Login; readonly leaver: Login };
  /** A registry behind a certificate of an unknown authority. */
  readonly foreign: OwnRegistry;
  /** Passes on to the cluster's plain registry what it does not refuse. */
  readonly front: RegistryFront;
  /** Puts the larger image `python` into the plain registry. */
  readonly withPython: () => Promise<void>;
  /**
   * The namespace of a case. Each run and each try has a new one, because contents of a registry may outlive a namespace.
   */
  readonly namespaceOf: (id: string) => string;
  /** Makes that namespace; `look` as for `openPlace`. */
  readonly place: (id: string, look: (states: readonly State[]) => void) => Promise<Place>;
  /** Has a step done at the end, the last one first. */
  readonly defer: (step: () => Promise<void>) => void;
  /** Ends what was started; the namespaces go. */
  readonly close: () => Promise<void>;
}

const login: Login = { username: 'team', password: 'a-password-of-the-test' };
const leaver: Login = { username: 'leaver', password: 'another-password-of-the-test' };

/** Opens the stage on the node of this run. */
export async function openStage(): Promise<Stage> {
  const scene = await openScene('default');
  const { cluster, kubectl } = scene;
  const address = hostEnd(cluster.address);
  const folder = await mkdtemp(join(tmpdir(), 'imagespec-lifecycle-'));
  const { plain } = cluster.registries;
  await putShell(plain.host);
  const authority = await createAuthority(folder, 'foreign', 'an unknown authority');
  const certificate = await authority.issue('foreign-server', { name: 'foreign', group: 'test', hosts: [address] });
  const open = { address, folder, logins: [], certificate: null };
  const unreliable = await prepareRegistry({ ...open, name: 'unreliable', port: ports.unreliable });
  const guarded = await prepareRegistry({ ...open, name: 'guarded', port: ports.guarded, logins: [login, leaver] });
  const foreign = await prepareRegistry({ ...open, name: 'foreign', port: ports.foreign, certificate });
  const registries = [unreliable, guarded, foreign];
  await Promise.all(registries.map((registry) => registry.start()));
  const front = await openFront(address, ports.front, plain.url);
  const journal = openJournal(cluster.kubeconfig);
  const suffix = randomBytes(2).toString('hex');
  const tries = new Map<string, number>();
  const namespaceOf = (id: string) => `lifecycle-${id}-${suffix}${tries.get(id) ?? 0}`;
  const namespaces: string[] = [];
  const steps: (() => Promise<void>)[] = [];
  return {
    scene,
    journal,
    unreliable,
    guarded: { ...guarded, login, leaver },
    foreign,
    front,
    withPython: () => putPython(plain.host),
    namespaceOf,
    place: async (id, look) => {
      tries.set(id, (tries.get(id) ?? 0) + 1);
      const namespace = namespaceOf(id);
      namespaces.push(namespace);
      return openPlace(cluster, kubectl, journal, namespace, look);
    },
    defer: (step) => {
      steps.push(step);
    },
    close: async () => {
      for (const step of steps.toReversed()) {
        await step();
      }
      journal.stop();
      await front.stop();
      await Promise.all(registries.map((registry) => registry.stop()));
      await kubectl(['delete', 'namespace', '--ignore-not-found', '--wait=false', ...namespaces]);
      await rm(folder, { recursive: true });
    },
  };
}

/**
 * Writes a file into the node's registry settings, so that its container runtime speaks plain http to a registry.
 * @returns undoes it
 */
export async function trustForPulling(stage: Stage, host: string): Promise<() => Promise<void>> {
  const { cluster } = stage.scene;
  const known = join(cluster.folder, 'containerd-registries', cluster.registries.plain.host, 'hosts.toml');
  const folder = join(cluster.folder, 'containerd-registries', host);
  const text = await readFile(known, 'utf8');
  await run('mkdir', ['-p', folder]);
  await writeFile(join(folder, 'hosts.toml'), text.replaceAll(cluster.registries.plain.host, host));
  return () => rm(folder, { recursive: true });
}
