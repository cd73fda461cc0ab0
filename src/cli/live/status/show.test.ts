import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { image, instant, started, view } from '../../../../test/support/views.ts';
import { noBuilder } from '../build/builderView.ts';
import { progressOf } from '../build/progress.ts';
import type { Terminal } from '../terminal.ts';
import { displayFor } from './show.ts';
import type { View } from './standing.ts';

const resolved = 'BaseResolved=True:Resolved';
const queued = view(['Ready=Unknown:Queued it waits', resolved]);
const building = view(['Ready=Unknown:Building it builds', resolved], { status: { build: started } });
const good = view(['Ready=True:BuildSucceeded', resolved], { status: { build: { ...started, image }, image } });

/** The output for each of these moments; the last is the end. */
function written(output: 'text' | 'json', terminal: Terminal | undefined, moments: readonly View[]): readonly string[] {
  const parts: string[] = [];
  const io = {
    stdin: Readable.from(['']),
    out: (text: string) => parts.push(text),
    err: () => undefined,
    ...(terminal === undefined ? {} : { terminal }),
  };
  const display = displayFor(output, io);
  return moments.map((moment, index) => {
    parts.length = 0;
    const how = index === moments.length - 1 ? display.end : display.show;
    how({ view: moment, progress: progressOf(moment, noBuilder), builder: noBuilder, now: instant(40) });
    return parts.join('');
  });
}

describe('displayFor', () => {
  it('redraws a terminal: moves up, clears, and wraps no line', () => {
    const [first = '', second = '', end = ''] = written('text', { colours: false, columns: 80 }, [
      queued,
      building,
      good,
    ]);
    expect(first.startsWith('\r\u001B[0J\u001B[?7l')).toBe(true);
    expect(first.endsWith('\n\u001B[?7h')).toBe(true);
    // The headline, a blank line, the table's head and seven stages.
    expect(second.startsWith('\u001B[10A\r\u001B[0J')).toBe(true);
    // One line now shows the reason of the build.
    expect(end.startsWith('\u001B[11A\r\u001B[0J')).toBe(true);
    expect(end).toContain(`image  ${image}`);
  });

  it('prints only changes into a pipe', () => {
    const [first, again, second] = written('text', undefined, [queued, queued, building, good]);
    expect(first).toBe(
      'vision/astro: Queued\n  base done\n  queue running: it waits\n  verify left out: spec.verify has no commands\n',
    );
    expect(again).toBe('');
    expect(second).toBe('vision/astro: Building\n  queue done after 2 s\n  build running: it builds\n');
  });

  it('prints one document for each change for programs', () => {
    const [first = '', again, second = ''] = written('json', undefined, [queued, queued, building, good]);
    expect(JSON.parse(first)).toMatchObject({ reason: 'Queued' });
    expect(first.indexOf('\n')).toBe(first.length - 1);
    expect(again).toBe('');
    expect(JSON.parse(second)).toMatchObject({ reason: 'Building' });
  });
});
