import type { EffectiveSpec } from '../../imagespec/effective.ts';
import type { CheckIdentity } from '../model/checkPod.ts';
import type { Observation } from '../model/observation.ts';
import type { OpenRequests } from '../model/requests.ts';
import type { Checked } from '../model/standing.ts';
import { commandsOf } from './commands.ts';
import { launchOf } from './launch.ts';

/** Returns the results of an image, and judges each image once. null: the spec is invalid and defines no checks. */
export type Judge = (image: string) => Checked | null;

/** The judge of this observation. */
export function judgeOf(seen: Observation, requests: OpenRequests): Judge {
  const { plan } = seen;
  if (!plan.ok) {
    return () => null;
  }
  const { spec } = plan.value;
  const known = new Map<string, Checked>();
  return (image) => {
    const checked = known.get(image) ?? checkedOf(seen, requests, spec, image);
    known.set(image, checked);
    return checked;
  };
}

function checkedOf(seen: Observation, requests: OpenRequests, spec: EffectiveSpec, image: string): Checked {
  const launch = launchOf(seen, requests, spec, image);
  const commands = commandsOf(seen, requests, spec, image);
  const failed: CheckIdentity['role'] | null =
    commands.is === 'failed' ? 'verify' : launch.is === 'settled' && launch.verdict.status !== 'True' ? 'probe' : null;
  const isLeft = seen.checkPods.some(({ identity }) => identity.role === failed && identity.image === image);
  return { image, launch, commands, retry: requests.retry !== null && isLeft ? 'held' : 'free' };
}
