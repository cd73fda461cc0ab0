import type { ProbeOutcome } from './probeOutcome.ts';
import type { Refusal } from './unproven.ts';

/** A launch that shows something about the image. */
type Shown = Extract<ProbeOutcome, { readonly is: 'answered' | 'refused' }>;

/**
 * The verdict of two launches. The second omits the image's entrypoint because the first suspected it. The entrypoint
 * is guilty only if the second server serves; if the second launch is refused too, the first verdict stands.
 */
export function judgeEntrypoint<Open extends { readonly is: string }>(
  first: Refusal,
  second: Shown | Open,
): Extract<ProbeOutcome, { readonly is: 'refused' }> | Open {
  if (!isShown(second)) {
    return second;
  }
  return second.is === 'refused'
    ? { is: 'refused', ...first, entrypoint: 'cleared' }
    : {
        is: 'refused',
        reason: 'EntrypointBlocksCommand',
        message: `the image serves without its entrypoint, which ${first.fault ?? doesNotRun}`,
        entrypoint: 'cleared',
        fault: first.fault,
        log: first.log,
        doubt: 'none',
      };
}

/** An entrypoint that ended well, or still runs. */
const doesNotRun = 'does not run the command of the Hub: end the entrypoint with exec "$@"';

function isShown(outcome: { readonly is: string }): outcome is Shown {
  return outcome.is === 'answered' || outcome.is === 'refused';
}
