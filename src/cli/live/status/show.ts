import type { CommandIo } from '../../io.ts';
import type { Stage } from '../build/progress.ts';
import { statusJson } from './statusJson.ts';
import { outcome, progressLines, type Shown, stageLine, statusLines } from './statusText.ts';

/** The state of an ImageSpec at one moment. */
export type Moment = Omit<Shown, 'terminal'>;

/** Shows successive moments. */
export interface Display {
  readonly show: (moment: Moment) => void;
  /** Shows the last moment and the outcome. */
  readonly end: (moment: Moment) => void;
}

/** Redraws on a terminal, prints changes into a pipe, and prints one JSON document a line for programs. */
export function displayFor(output: 'text' | 'json', io: CommandIo): Display {
  if (output === 'json') {
    return jsonLines(io);
  }
  return io.terminal === undefined ? changedLines(io) : redrawn(io);
}

/**
 * Moves the cursor up by the lines drawn and clears from there. Long lines are cut instead of wrapped during a redraw.
 */
function redrawn(io: CommandIo): Display {
  let drawn = 0;
  const show = (moment: Moment) => {
    const lines = progressLines({ ...moment, terminal: io.terminal });
    const up = drawn === 0 ? '' : `\u001B[${drawn}A`;
    io.out(`${up}\r\u001B[0J\u001B[?7l${lines.join('\n')}\n\u001B[?7h`);
    drawn = lines.length;
  };
  return {
    show,
    end: (moment) => {
      show(moment);
      // Not cut: users read the message and the log in full.
      io.out(
        `${statusLines({ ...moment, terminal: io.terminal })
          .slice(drawn)
          .join('\n')}\n`,
      );
    },
  };
}

function changedLines(io: CommandIo): Display {
  let headline = '';
  const before = new Map<Stage['name'], string>();
  const show = ({ view, progress, now }: Moment) => {
    const line = `${view.imageSpec.namespace}/${view.imageSpec.name}: ${progress.standing.reason}`;
    if (line !== headline) {
      headline = line;
      io.out(`${line}\n`);
    }
    for (const stage of progress.stages) {
      const seen = `${stage.state} ${stage.detail}`;
      if (stage.state !== 'waiting' && stage.state !== 'notReached' && before.get(stage.name) !== seen) {
        io.out(`  ${stageLine(stage, now)}\n`);
      }
      before.set(stage.name, seen);
    }
  };
  return {
    show,
    end: (moment) => {
      show(moment);
      io.out(`${outcome(moment).join('\n')}\n`);
    },
  };
}

function jsonLines(io: CommandIo): Display {
  let before = '';
  const show = ({ view, progress }: Moment) => {
    const line = JSON.stringify(statusJson(view, progress));
    if (line !== before) {
      before = line;
      io.out(`${line}\n`);
    }
  };
  return { show, end: show };
}
