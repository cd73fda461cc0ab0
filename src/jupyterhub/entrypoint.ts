import type { ProbeOutcome, Refusal } from './probeOutcome.ts';

/**
 * The verdict of two launches, the second of which left the image's entrypoint out because the first suspected it. Only a
 * server that then serves proves the entrypoint guilty; whatever else the second shows, the first stands.
 */
export function judgeEntrypoint(first: Refusal, second: ProbeOutcome): ProbeOutcome {
  switch (second.is) {
    case 'running':
    case 'needsLog':
    case 'inconclusive':
      return second;
    case 'answered':
      return {
        is: 'refused',
        reason: 'EntrypointBlocksCommand',
        message:
          'the image serves without its entrypoint, which keeps the command of the Hub from running: let it end with exec "$@"',
        entrypoint: 'cleared',
        log: first.log,
      };
    case 'refused':
      return { is: 'refused', ...first, entrypoint: 'cleared' };
  }
}
