import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { SuiteRecord } from '../../suites/record.ts';
import { code, generatedFrom, table } from '../markdown.ts';
import type { Figure, Proof, Row } from './row.ts';

/** The records whose figures the page shows. */
export interface Records {
  readonly chaos: SuiteRecord | undefined;
  readonly lifecycle: SuiteRecord | undefined;
}

const faultRuns = z.array(
  z.object({ story: z.string(), fault: z.string(), points: z.number(), differing: z.number() }),
);
const played = z.object({
  rows: z.array(z.object({ id: z.string(), shows: z.array(z.object({ reason: z.string(), seconds: z.number() })) })),
});
const thousandRun = z.object({ size: z.number(), seconds: z.number(), mostAtOnce: z.number() });
const correctedRun = z.object({ fields: z.number() });
const notRecorded = 'not recorded';

/** docs/reliability.md. */
export function reliabilityPage(rows: readonly Row[], records: Records): string {
  const cells = rows.map(({ number, what, handled, figure, proofs }) => [
    String(number),
    what,
    handled,
    resultOf(proofs, records),
    figureOf(figure, records),
    [...new Set(proofs.map(({ file }) => file))].map(link).join(', '),
  ]);
  return `${generatedFrom('tools/generate/reliability/')}
# Reliability

These are ways in which operators and build services have failed their users. Each has a number, a way in which this
operator handles it, and a test. \`npm run check\` fails when a test of this page is gone.

${table(['', 'case', 'how', 'result', 'figure', 'tests'], cells)}
## How faults are tested

A proxy stands between the operator and a real API server, with a real Job controller and garbage collector. Kubelet,
builder and registry are stand-ins. The proxy disturbs one write, or one event of a watch, and the operator goes on or starts
again. The end must be that of a run without faults: the status, the objects, the tags and the number of writes. An hour
and two hours of model time later, it must still be so. Two differences are allowed. An Event may be missing, because the
operator sends it once. A status that only names a slow answer is not counted.

\`npm test\` kills the operator at each write of a build, an edit and a deletion. \`npm run test:chaos\` has every fault at
every write. It also has faults of watches, stale lists, an API server that is away, and wrong clocks.

${faultTable('writes', records)}
${faultTable('watches', records)}`;
}

/** A test of the suite chaos proves something once a green run of the suite is recorded. */
function resultOf(proofs: Row['proofs'], { chaos }: Records): string {
  return chaos === undefined && proofs.some(({ file }) => file.startsWith('test/chaos/'))
    ? 'open: the suite chaos has no green run on record'
    : 'passes';
}

function link(file: string): string {
  return `[${file.split('/').at(-1) ?? file}](../${file})`;
}

function figureOf(figure: Figure, { chaos, lifecycle }: Records): string {
  switch (figure.is) {
    case 'words':
      return figure.words;
    case 'provoked':
      return figure.ids.map((id) => provokedFigure(id, lifecycle)).join('; ');
    case 'thousand': {
      const { data } = thousandRun.safeParse(chaos?.figures['thousand']);
      return data === undefined
        ? notRecorded
        : `${data.size} built in ${data.seconds} s, at most ${data.mostAtOnce} at one time`;
    }
    case 'corrected': {
      const { data } = correctedRun.safeParse(chaos?.figures['corrected']);
      return data === undefined ? notRecorded : `${data.fields} fields, each like one that was right`;
    }
    case 'faults': {
      const runs = runsOf(chaos, figure.of)?.filter(({ fault }) => fault.includes(figure.words));
      return runs === undefined ? notRecorded : `${sum(runs, 'points')} runs, ${sum(runs, 'differing')} differ`;
    }
  }
}

function provokedFigure(id: string, lifecycle: SuiteRecord | undefined): string {
  const all = Object.values(lifecycle?.figures ?? {}).flatMap((figures) => played.parse(figures).rows);
  const shows = all.find((row) => row.id === id)?.shows;
  return shows === undefined
    ? notRecorded
    : shows
        .map(({ reason, seconds }) => `${reason === 'nothing left' ? reason : code(reason)} after ${seconds} s`)
        .join(', ');
}

function runsOf(chaos: SuiteRecord | undefined, of: string): z.infer<typeof faultRuns> | undefined {
  const figures = chaos?.figures[of];
  return figures === undefined ? undefined : faultRuns.parse(figures);
}

function sum(runs: z.infer<typeof faultRuns>, column: 'points' | 'differing'): number {
  return runs.reduce((total, run) => total + run[column], 0);
}

/** Points of each story by fault; the runs that differ in brackets, where there are any. */
function faultTable(of: 'writes' | 'watches', { chaos }: Records): string {
  const runs = runsOf(chaos, of);
  if (runs === undefined) {
    return `Faults of ${of}: the suite has no record yet.\n`;
  }
  const stories = [...new Set(runs.map(({ story }) => story))];
  const cell = (story: string, fault: string): string => {
    const found = runs.filter((run) => run.story === story && run.fault === fault);
    const differing = sum(found, 'differing');
    return `${sum(found, 'points')}${differing === 0 ? '' : ` (${differing} differ)`}`;
  };
  const cells = [...new Set(runs.map(({ fault }) => fault))].map((fault) =>
    [fault].concat(stories.map((story) => cell(story, fault))),
  );
  return table([`runs with a fault of ${of}`, ...stories], cells);
}

/** The proofs whose file is gone, or no longer holds the name. */
export async function brokenProofs(root: string, rows: readonly Row[]): Promise<readonly string[]> {
  const checked = await Promise.all(
    rows.flatMap(({ number, proofs }) =>
      proofs.map(async ({ file, name }: Proof) => {
        const text = await readFile(join(root, file), 'utf8').catch(() => undefined);
        return text?.includes(name) === true
          ? []
          : [`case ${number}: ${file} ${text === undefined ? 'is gone' : `no longer holds "${name}"`}`];
      }),
    ),
  );
  return checked.flat();
}
