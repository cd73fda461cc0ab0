import type { CheckIdentity } from '../model/checkPod.ts';
import type { Seen } from '../model/observation.ts';
import type { OpenRequests } from '../model/requests.ts';
import type { Checked } from '../model/standing.ts';
import type { Attempts, Case } from './attempts.ts';
import { commandsOf } from './commands.ts';
import { launchOf } from './launch.ts';

/** Returns the results of an image, and judges each image once. null: the spec is invalid and defines no checks. */
export type Judge = (image: string) => Checked | null;

/** The part of an Observation that shows results of checks. */
type Shown = Seen<'status' | 'checkPods'>;

/** The judge of this observation. */
export function judgeOf(seen: Shown & Seen<'plan'>, attempts: Attempts, requests: OpenRequests): Judge {
  const { plan, status } = seen;
  const { retry } = requests;
  if (!plan.ok) {
    return () => null;
  }
  const { spec } = plan.value;
  const judged = new Map<string, Checked>();
  return (image) => {
    // A request for another launch is about the image that serves; another one is launched anyway.
    const relaunch = (status.image ?? image) === image ? requests.launch : null;
    const checked = judged.get(image) ?? checkedOf(seen, attempts, { spec, image, retry, relaunch });
    judged.set(image, checked);
    return checked;
  };
}

function checkedOf(seen: Shown, attempts: Attempts, at: Case): Checked {
  const launch = launchOf(seen, attempts, at);
  const commands = commandsOf(seen, attempts, at);
  const failed: CheckIdentity['role'] | null =
    commands.is === 'failed' ? 'verify' : launch.is === 'settled' && launch.verdict.status !== 'True' ? 'probe' : null;
  const isLeft = seen.checkPods.some(({ identity }) => identity.role === failed && identity.image === at.image);
  return { image: at.image, launch, commands, retry: at.retry !== null && isLeft ? 'held' : 'free' };
}
