import { systemClock } from '../../kubernetes/clock.ts';
import { type ExitCode, exitCodes } from '../exitCodes.ts';
import { type CommandIo, unreadable } from '../io.ts';
import { readBuilder } from '../live/build/builderLog.ts';
import { progressOf } from '../live/build/progress.ts';
import { type ClusterOptions, withImageSpec } from '../live/cluster.ts';
import { lookOnce } from '../live/follow.ts';
import { displayFor } from '../live/status/show.ts';
import { statusJson } from '../live/status/statusJson.ts';
import { statusLines } from '../live/status/statusText.ts';
import { watchStatus } from '../live/status/watchStatus.ts';

export interface StatusOptions extends ClusterOptions {
  readonly output: 'text' | 'json';
  /** Follow until Ready is True or False. */
  readonly watch?: true;
}

/** `kubectl imagespec status`: progress of an ImageSpec stage by stage; after a failure, what to do. */
export function status(name: string, options: StatusOptions, io: CommandIo): Promise<ExitCode> {
  return withImageSpec(name, options, io, async (cluster, imageSpec) => {
    if (options.watch === true) {
      const end = await watchStatus(cluster, imageSpec, displayFor(options.output, io), io);
      if (end === undefined) {
        return unreadable(io, `ImageSpec "${name}" was deleted`);
      }
      return end.is === 'ready' ? exitCodes.ok : exitCodes.findings;
    }
    const view = await lookOnce(cluster, imageSpec, (message) => io.err(`${message}; shown without it\n`));
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
