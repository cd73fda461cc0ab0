import type { Instant } from '../../api/time.ts';
import type { CommandIo } from '../io.ts';
import type { BuilderView, Progress, Stage } from './progress.ts';
import type { View } from './standing.ts';
import { statusJson } from './statusJson.ts';
import { outcome, progressLines, type Shown, stageLine, statusLines } from './statusText.ts';

/** Shows one moment after another. */
export interface Display {
  readonly show: (view: View, progress: Progress, builder: BuilderView, now: Instant) => void;
  /** The last moment, with what has come of it. */
  readonly end: (view: View, progress: Progress, builder: BuilderView, now: Instant) => void;
}

/** A terminal is drawn anew, a pipe gets what has changed, a program one JSON document a line. */
export function displayFor(output: 'text' | 'json', io: CommandIo): Display {
  if (output === 'json') {
    return jsonLines(io);
  }
  return io.terminal === undefined ? changedLines(io) : redrawn(io);
}

/** Up so many lines and clear from there; long lines are cut at the edge instead of wrapped while we draw. */
function redrawn(io: CommandIo): Display {
  let drawn = 0;
  const draw = (lines: readonly string[]) => {
    const up = drawn === 0 ? '' : `\u001B[${drawn}A`;
    io.out(`${up}\r\u001B[0J\u001B[?7l${lines.join('\n')}\n\u001B[?7h`);
    drawn = lines.length;
  };
  const shown = (view: View, progress: Progress, builder: BuilderView, now: Instant): Shown => {
    return { view, progress, builder, now, terminal: io.terminal };
  };
  return {
    show: (...moment) => draw(progressLines(shown(...moment))),
    end: (...moment) => {
      const lines = progressLines(shown(...moment));
      draw(lines);
      // Not cut: a message and a log are to be read.
      io.out(
        `${statusLines(shown(...moment))
          .slice(lines.length)
          .join('\n')}\n`,
      );
    },
  };
}

function changedLines(io: CommandIo): Display {
  let headline = '';
  const before = new Map<Stage['name'], string>();
  const show: Display['show'] = ({ imageSpec }, { standing, stages }, _builder, now) => {
    const now_ = `${imageSpec.namespace}/${imageSpec.name}: ${standing.reason}`;
    if (now_ !== headline) {
      headline = now_;
      io.out(`${now_}\n`);
    }
    for (const stage of stages) {
      const key = `${stage.state} ${stage.detail}`;
      if (stage.state !== 'waiting' && stage.state !== 'notReached' && before.get(stage.name) !== key) {
        io.out(`  ${stageLine(stage, now)}\n`);
      }
      before.set(stage.name, key);
    }
  };
  return {
    show,
    end: (view, progress, builder, now) => {
      show(view, progress, builder, now);
      io.out(`${outcome(view, progress.standing, now).join('\n')}\n`);
    },
  };
}

function jsonLines(io: CommandIo): Display {
  let before = '';
  const show: Display['show'] = (view, progress) => {
    const line = JSON.stringify(statusJson(view, progress));
    if (line !== before) {
      before = line;
      io.out(`${line}\n`);
    }
  };
  return { show, end: show };
}
