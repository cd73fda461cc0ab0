import type { ImageSpecStatus } from '../../api/imagespec.generated.ts';
import type { EffectiveSpec, HubSettings } from '../../imagespec/effective.ts';
import { sha256 } from '../../imagespec/inputHash.ts';
import { probeSettingsHash } from '../../jupyterhub/probePod.ts';
import { verifySettingsHash } from '../../jupyterhub/verifyPod.ts';

/** Half of `status.jupyterHub.settingsHash` each: another Hub's way of launching runs no command again, and other commands launch nothing. */
const half = 32;
const nothing = '0'.repeat(half);

/** Hash of how an image is launched. */
export function launchHash(hub: HubSettings): string {
  return probeSettingsHash(hub).slice(0, half);
}

/**
 * Hash of what has come of the commands of `spec.verify` in an image: it says nothing of another image or of other
 * commands, and a failure that is written down never reads as a success.
 */
export function verifyHash(verify: EffectiveSpec['verify'], image: string, result: 'passed' | 'failed'): string {
  return verify.length === 0 ? nothing : sha256(`${result}/${image}/${verifySettingsHash(verify)}`).slice(0, half);
}

/** What the status says of the settings of the last launch and of the last commands. */
export function hashesOf({ jupyterHub }: ImageSpecStatus): { readonly launch: string; readonly verify: string } {
  const hash = jupyterHub?.settingsHash ?? '';
  return { launch: hash.slice(0, half), verify: hash.slice(half) };
}

/** Both together; '' for what never ran. */
export function joinHashes({ launch, verify }: { readonly launch: string; readonly verify: string }): string {
  return `${launch === '' ? nothing : launch}${verify === '' ? nothing : verify}`;
}
