import { systemClock } from '../../../kubernetes/clock.ts';
import type { CommandIo } from '../../io.ts';
import { followBuilder } from '../build/builderLog.ts';
import { progressOf } from '../build/progress.ts';
import type { Cluster } from '../cluster.ts';
import { follow } from '../follow.ts';
import type { SeenImageSpec } from '../projections.ts';
import type { Display } from './show.ts';
import { isCurrent, isHandled, type Request, type Standing } from './standing.ts';

/** The displayed time advances even without events. */
const tickMs = 1000;
/** Shortest time between two redraws, even when a builder prints a thousand lines a second. */
const shortestMs = 100;
/** After this time without a reaction, the command suspects that the operator is not running. */
const patienceMs = 30_000;

/**
 * Shows an ImageSpec until it is ready, failed or suspended. Undefined when it was deleted meanwhile.
 *
 * @param asked a request just made; an earlier outcome does not count until patience runs out
 */
export async function watchStatus(
  cluster: Cluster,
  first: SeenImageSpec,
  display: Display,
  io: CommandIo,
  asked?: Request,
): Promise<Standing | undefined> {
  const follower = await follow(cluster, first, (message) => io.err(`${message}; trying again\n`));
  let wake = Promise.withResolvers<void>();
  const builder = followBuilder(cluster, () => wake.resolve());
  const started = systemClock.elapsed();
  let wondered = false;
  try {
    for (;;) {
      const view = follower.view();
      if (view === undefined) {
        return undefined;
      }
      builder.look(view);
      const progress = progressOf(view, builder.view());
      const moment = { view, progress, builder: builder.view(), now: systemClock.now() };
      const isPatient = systemClock.elapsed() - started <= patienceMs;
      const isFromBefore = asked !== undefined && !isHandled(view.imageSpec, asked) && isPatient;
      if (progress.standing.is !== 'underWay' && !isFromBefore) {
        display.end(moment);
        return progress.standing;
      }
      display.show(moment);
      if (!wondered && !isCurrent(view.imageSpec) && !isPatient) {
        wondered = true;
        io.err(
          `the operator has not reacted for ${patienceMs / 1000} s; is it running? Check: kubectl get pods -A -l app.kubernetes.io/name=imagespec-operator\n`,
        );
      }
      await Promise.race([follower.changed(), wake.promise, passed(tickMs)]);
      wake = Promise.withResolvers();
      await passed(shortestMs);
    }
  } finally {
    builder.stop();
    follower.stop();
  }
}

function passed(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
