import type { ImageSpecStatus } from '../../src/api/imagespec.generated.ts';
import { meansOf, standingOf } from '../../src/lifecycle/assess.ts';
import { type Decision, decide } from '../../src/lifecycle/decide.ts';
import type { Observation } from '../../src/lifecycle/model/observation.ts';
import type { Situation } from '../../src/lifecycle/model/situation.ts';
import { statusOf } from '../../src/lifecycle/status/status.ts';

/** Follows writes of the status until something else is to be done. */
export function follow(seen: Observation): { readonly seen: Observation; readonly decision: Decision } {
  let { status } = seen;
  for (let step = 0; step < 5; step++) {
    const now = { ...seen, status };
    const { decision } = decide(now);
    if (decision.next !== 'act' || decision.effect.do !== 'writeStatus') {
      return { seen: now, decision };
    }
    ({ status } = decision.effect);
  }
  throw new Error('the status does not come to rest');
}

/** The status of a situation. */
export function statusIn(seen: Observation, at: Situation): ImageSpecStatus {
  return statusOf(standingOf(seen, meansOf(seen), at));
}

/** Status and reason of a condition, such as `True LaunchVerified`; `absent` where there is none. */
export function condition(status: ImageSpecStatus, wanted: string): string {
  const found = status.conditions?.find(({ type }) => type === wanted);
  return found === undefined ? 'absent' : `${found.status} ${found.reason}`;
}
