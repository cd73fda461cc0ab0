import { type ExitCode, exitCodes } from '../exitCodes.ts';
import type { CommandIo } from '../io.ts';
import { noBuilder } from '../live/build/builderView.ts';
import { progressOf } from '../live/build/progress.ts';
import { type Cluster, type ClusterOptions, withImageSpec } from '../live/cluster.ts';
import { follow, lookOnce } from '../live/follow.ts';
import { followLogs, printLogs, type ReadEnd } from '../live/followLogs.ts';
import type { SeenImageSpec } from '../live/projections.ts';
import { standingOf, type View } from '../live/status/standing.ts';
import { adviceFor, isCauseOf } from '../live/status/statusText.ts';
import { isAtRest, keyOf, nextLogs } from '../live/status/trail.ts';
import { manyLines, oneLine } from '../live/terminal.ts';

export interface LogsOptions extends ClusterOptions {
  /** Follows from the queue through the build to the verdict, until no more logs can appear. */
  readonly follow?: true;
}

const longest = 1000;

/** `kubectl imagespec logs`: the logs of the containers of an ImageSpec. Its own remarks go to standard error. */
export function logs(name: string, options: LogsOptions, io: CommandIo): Promise<ExitCode> {
  return withImageSpec(name, options, io, (cluster, imageSpec) =>
    options.follow === true ? following(cluster, imageSpec, io) : once(cluster, imageSpec, io),
  );
}

async function once(cluster: Cluster, imageSpec: SeenImageSpec, io: CommandIo): Promise<ExitCode> {
  const view = await lookOnce(cluster, imageSpec, (message) => io.err(`${message}\n`));
  const begun = new Set<string>();
  for (let group = nextLogs(view, begun); group !== undefined; group = nextLogs(view, begun)) {
    const { heading, parts } = group;
    say(io, heading);
    parts.forEach((part) => begun.add(keyOf(part)));
    const stopped = reportEnds(await printLogs(cluster, group, io), io);
    if (stopped !== undefined) {
      return stopped;
    }
  }
  if (begun.size === 0) {
    printKept(view, io);
  }
  return exitCodes.ok;
}

/** Ends when the ImageSpec is at rest and all its logs were read. */
async function following(cluster: Cluster, first: SeenImageSpec, io: CommandIo): Promise<ExitCode> {
  const follower = await follow(cluster, first, (message) => say(io, `${message}; trying again`));
  const begun = new Set<string>();
  let waiting = '';
  try {
    for (;;) {
      const view = follower.view();
      if (view === undefined) {
        say(io, `ImageSpec "${first.name}" was deleted`);
        return exitCodes.unreadable;
      }
      const group = nextLogs(view, begun);
      if (group !== undefined) {
        waiting = '';
        say(io, group.heading);
        group.parts.forEach((part) => begun.add(keyOf(part)));
        const stopped = reportEnds(await followLogs(cluster, group, follower.view, io), io);
        if (stopped !== undefined) {
          return stopped;
        }
        continue;
      }
      if (isAtRest(view)) {
        if (begun.size === 0) {
          printKept(view, io);
        }
        return conclude(view, io);
      }
      const now = whyWaiting(view);
      if (now !== waiting) {
        waiting = now;
        say(io, now);
      }
      await follower.changed();
    }
  } finally {
    follower.stop();
  }
}

function say(io: CommandIo, text: string): void {
  io.err(`--- ${oneLine(text, longest)}\n`);
}

/** Reports what prevented reading; undefined when the next logs can be read. */
function reportEnds(ends: readonly ReadEnd[], io: CommandIo): ExitCode | undefined {
  for (const end of ends) {
    switch (end.is) {
      case 'read':
        break;
      case 'gone':
        say(io, 'the Pod is gone');
        break;
      case 'refused':
        say(io, `${end.message}; the role "view" in this namespace may read logs`);
        return exitCodes.unreadable;
    }
  }
  return undefined;
}

/** The reason why the current stage waits. The next attempt's reason includes the result of the last one. */
function whyWaiting(view: View): string {
  const { standing, stages } = progressOf(view, noBuilder);
  const stage = stages.find(({ state }) => state === 'running' || state === 'waiting');
  const next = view.imageSpec.status.failure?.nextAttemptTime;
  const when = standing.reason === 'Retrying' && next !== undefined ? `, at ${next}` : '';
  return `${standing.reason}: ${stage?.detail || standing.message}${when}`;
}

/** Without a Pod, only the lines in the status remain. */
function printKept(view: View, io: CommandIo): void {
  const { failure, build } = view.imageSpec.status;
  if (failure?.log !== undefined && failure.log !== '') {
    say(io, 'the Pod is gone; these are the relevant lines from the status');
    io.out(`${manyLines(failure.log).join('\n')}\n`);
  } else if (build?.jobName !== undefined && build.completionTime !== undefined) {
    say(io, `the Pod of build ${build.number} is gone, and so is its log`);
  } else {
    const { reason, message } = standingOf(view);
    say(io, `no Pod has started yet: ${reason}: ${message}; -f waits for it`);
  }
}

function conclude(view: View, io: CommandIo): ExitCode {
  const { is, reason, message } = standingOf(view);
  const cause = view.imageSpec.status.failure?.reason ?? reason;
  const advice = is === 'failed' ? ` ${adviceFor(isCauseOf(cause, reason) ? cause : reason)}` : '';
  say(io, `${reason}: ${message}.${advice}`);
  return is === 'ready' ? exitCodes.ok : exitCodes.findings;
}
