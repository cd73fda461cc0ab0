import { parseRfc3339 } from '../../../api/time.ts';
import { containers } from '../../../kaniko/containers.ts';
import { readLog, startOfLog, type TimedLine } from '../../../kubernetes/client/podLog.ts';
import { pause, systemClock } from '../../../kubernetes/clock.ts';
import type { Cluster } from '../cluster.ts';
import type { SeenPod } from '../projections.ts';
import { currentJob, podOf, type View } from '../status/standing.ts';
import { type BuilderView, noBuilder } from './builderView.ts';
import { instructionsOf } from './instructions.ts';
import { afterLine, notBegun } from './kanikoLog.ts';

/** Pause between two attempts to continue reading. */
const pauseMs = 1000;

/** Reads the builder's log concurrently with the watches, to show the current step. */
export interface BuilderLog {
  /** Call after each change of the view; starts to read a new Pod. */
  readonly look: (view: View) => void;
  /** The progress in the log of the current Pod. */
  readonly view: () => BuilderView;
  readonly stop: () => void;
}

/** @param onLine called after each parsed line */
export function followBuilder(cluster: Cluster, onLine: () => void): BuilderLog {
  let reading: { readonly pod: string; readonly stopping: AbortController; view: BuilderView } | undefined;
  const stop = () => reading?.stopping.abort();
  return {
    look: (view) => {
      const pod = podOf(view, currentJob(view));
      if (pod?.uid === reading?.pod) {
        return;
      }
      stop();
      reading = undefined;
      if (pod !== undefined && hasBegun(pod)) {
        const own = { pod: pod.uid, stopping: new AbortController(), view: emptyView(pod) };
        reading = own;
        const take = (line: TimedLine) => {
          own.view = afterTimed(own.view, line);
          onLine();
        };
        void readOn(cluster, pod, own.stopping.signal, take);
      }
    },
    view: () => reading?.view ?? noBuilder,
    stop,
  };
}

/** Reads the builder's log once. */
export async function readBuilder(cluster: Cluster, view: View): Promise<BuilderView> {
  const pod = podOf(view, currentJob(view));
  if (pod === undefined || !hasBegun(pod)) {
    return noBuilder;
  }
  let builder = emptyView(pod);
  await readLog(cluster.connection, {
    source: { namespace: cluster.namespace, pod: pod.name, container: containers.build },
    mode: 'read',
    place: startOfLog(),
    signal: AbortSignal.timeout(30_000),
    onLine: (line) => {
      builder = afterTimed(builder, line);
    },
  });
  return builder;
}

async function readOn(
  cluster: Cluster,
  pod: SeenPod,
  signal: AbortSignal,
  onLine: (line: TimedLine) => void,
): Promise<void> {
  const place = startOfLog();
  for (;;) {
    const end = await readLog(cluster.connection, {
      source: { namespace: cluster.namespace, pod: pod.name, container: containers.build },
      mode: 'follow',
      place,
      signal,
      onLine,
    });
    if (end.is !== 'lost' && end.is !== 'notStarted') {
      return;
    }
    await pause(systemClock, pauseMs, signal);
  }
}

function hasBegun({ containers: all }: SeenPod): boolean {
  return all.some(({ name, state }) => name === containers.build && state.is !== 'waiting');
}

function emptyView({ dockerfile }: SeenPod): BuilderView {
  return { instructions: instructionsOf(dockerfile), progress: notBegun };
}

function afterTimed({ instructions, progress }: BuilderView, { time, text }: TimedLine): BuilderView {
  return { instructions, progress: afterLine(progress, { at: parseRfc3339(time) ?? 0, text }, instructions) };
}
