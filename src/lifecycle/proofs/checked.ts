import type { Observation } from '../model/observation.ts';
import type { OpenRequests } from '../model/requests.ts';
import type { Checked } from '../model/standing.ts';
import { commandsOf } from './commands.ts';
import { launchOf } from './launch.ts';

/** What an image has shown; each image is judged once. null: no spec says how to check it. */
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
    const checked = known.get(image) ?? {
      image,
      launch: launchOf(seen, requests, spec, image),
      commands: commandsOf(seen, requests, spec, image),
    };
    known.set(image, checked);
    return checked;
  };
}
