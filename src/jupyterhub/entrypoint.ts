import type { ProbeOutcome, Refusal } from './probeOutcome.ts';

/** A launch that has shown something of the image. */
type Shown = Extract<ProbeOutcome, { readonly is: 'answered' | 'refused' }>;

/**
 * The verdict of two launches, the second of which left the image's entrypoint out because the first suspected it. Only a
 * server that then serves proves the entrypoint guilty; if the second is refused too, the first stands.
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
        message:
          'the image serves without its entrypoint, which keeps the command of the Hub from running: let it end with exec "$@"',
        entrypoint: 'cleared',
        log: first.log,
      };
}

function isShown(outcome: { readonly is: string }): outcome is Shown {
  return outcome.is === 'answered' || outcome.is === 'refused';
}
