import type { EffectiveSpec, HubSettings } from '../../imagespec/effective.ts';
import { sha256 } from '../../imagespec/inputHash.ts';
import { probeSettingsHash } from '../../jupyterhub/launch/probePod.ts';
import { verifySettingsHash } from '../../jupyterhub/verifyPod.ts';

/** Digits per half of `status.jupyterHub.settingsHash`. New launch settings repeat no command, new commands no launch. */
const half = 32;
const nothing = '0'.repeat(half);

/** Hash of the launch settings. */
export function launchHash(hub: HubSettings): string {
  return probeSettingsHash(hub).slice(0, half);
}

/**
 * Hash of the commands of `spec.verify`, the image and the result. Another image or other commands have another hash, and a
 * recorded failure never reads as a success.
 */
export function verifyHash(verify: EffectiveSpec['verify'], image: string, result: 'passed' | 'failed'): string {
  return verify.length === 0 ? nothing : sha256(`${result}/${image}/${verifySettingsHash(verify)}`).slice(0, half);
}

/** The hashes of the last launch and the last commands, from `status.jupyterHub.settingsHash`. */
export function hashesOf(hash = ''): { readonly launch: string; readonly verify: string } {
  return { launch: hash.slice(0, half), verify: hash.slice(half) };
}

/** Joins both hashes; '' for a check that never ran. */
export function joinHashes({ launch, verify }: { readonly launch: string; readonly verify: string }): string {
  return `${launch === '' ? nothing : launch}${verify === '' ? nothing : verify}`;
}
