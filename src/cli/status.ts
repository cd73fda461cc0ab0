import { systemClock } from '../kubernetes/clock.ts';
import { type ClusterOptions, getImageSpec, withCluster } from './cluster.ts';
import { type ExitCode, exitCodes } from './exitCodes.ts';
import type { CommandIo } from './io.ts';
import { readBuilder } from './live/builderLog.ts';
import { lookOnce } from './live/follow.ts';
import { progressOf } from './live/progress.ts';
import { displayFor } from './live/show.ts';
import { statusJson } from './live/statusJson.ts';
import { statusLines } from './live/statusText.ts';
import { watchStatus } from './live/watchStatus.ts';

/** Options of `status`. */
export interface StatusOptions extends ClusterOptions {
  readonly output: 'text' | 'json';
  /** Follow until Ready is True or False. */
  readonly watch?: true;
}

/** `kubectl imagespec status`: how far an ImageSpec has come, stage by stage, and what to do when it failed. */
export function status(name: string, options: StatusOptions, io: CommandIo): Promise<ExitCode> {
  return withCluster(options, io, async (cluster) => {
    const found = await getImageSpec(cluster, name);
    if (!found.ok) {
      io.err(`${found.failure}\n`);
      return exitCodes.unreadable;
    }
    if (options.watch === true) {
      const end = await watchStatus(cluster, found.value, displayFor(options.output, io), io);
      if (end === undefined) {
        io.err(`ImageSpec "${name}" was deleted\n`);
        return exitCodes.unreadable;
      }
      return end.is === 'ready' ? exitCodes.ok : exitCodes.findings;
    }
    const view = await lookOnce(cluster, found.value, (message) => io.err(`${message}; shown without it\n`));
    const builder = await readBuilder(cluster, view);
    const progress = progressOf(view, builder);
    io.out(
      options.output === 'json'
        ? `${JSON.stringify(statusJson(view, progress), null, 2)}\n`
        : `${statusLines({ view, progress, builder, now: systemClock.now(), terminal: io.terminal }).join('\n')}\n`,
    );
    return progress.standing.is === 'failed' ? exitCodes.findings : exitCodes.ok;
  });
}
