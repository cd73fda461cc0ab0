import type { Burst, Latencies, ScaleRecord, Settled } from '../../../test/bench/scale/record.ts';
import { code, table } from '../markdown.ts';
import { replaced } from '../measured-docs.ts';
import { type Line, lineChart } from './lineChart.ts';

/**
 * docs/performance.md with what `npm run bench -- scale` measured last; unchanged where nothing is recorded.
 *
 * @throws when the page has no place for the tables
 */
export function withScale(page: string, record: ScaleRecord | undefined): string {
  return record === undefined ? page : replaced(page, 'scale', tables(record));
}

/** The picture of the page: the time until the last object is there, by the number of resources. */
export function scaleChart(record: ScaleRecord): string {
  const line = (name: string, colour: string, of: Readonly<Record<string, Latencies>>): Line => ({
    name,
    colour,
    points: [{ x: 0, y: 0 }, ...Object.entries(of).map(([size, { last }]) => ({ x: Number(size), y: last }))],
  });
  return lineChart(
    { title: 'From the first create to the last Job or TaskRun', x: 'resources together', y: 'seconds' },
    [
      ...(record.shipwright === null ? [] : [line('Shipwright', '#c44', record.shipwright.bursts)]),
      line('operator', '#246', record.operator.bursts),
      line('raw writes', '#888', record.raw),
    ],
  );
}

function tables(record: ScaleRecord): string {
  const { measured, machine, load, command } = record;
  const parts = [
    `Measured ${measured.slice(0, 16).replace('T', ' ')} UTC on ${machine}, load ${load.join(', ')}, by
\`${command}\`.`,
    '![Seconds from the first create to the last Job or TaskRun, by the number of resources](images/scale.svg)',
    targets(record),
    '### Resources together',
    burstTable(record),
    requestTable(record),
    ...(record.operator.settled === null
      ? []
      : ['### Resources at rest', settledTable(record, record.operator.settled)]),
  ];
  return parts.join('\n\n').trimEnd().concat('\n');
}

/** A demand of the project on itself, and what was measured. */
type Target = readonly [what: string, demanded: string, measured: string, met: boolean];

function targets({ operator, shipwright, sizes }: ScaleRecord): string {
  const { bursts, settled } = operator;
  const [small, large] = [Math.min(...sizes), Math.max(...sizes)];
  const rows: Target[] = [];
  const peer = shipwright?.bursts['500']?.last;
  const [half, least, most] = [bursts['500'], bursts[small], bursts[large]];
  if (peer !== undefined && half !== undefined) {
    rows.push([
      '500 together: last Job',
      `≤ ⅓ of Shipwright's ${seconds(peer)}`,
      seconds(half.last),
      half.last <= peer / 3,
    ]);
  }
  if (half !== undefined) {
    const each = straight(half) / 500;
    rows.push(['requests for each of 500', '≤ 3', fixed(each, 2), each <= 3]);
  }
  if (most !== undefined) {
    const { idle, peak, settled: after } = most.memory;
    rows.push(['memory, idle', '≤ 100 MiB', mebibytes(idle), idle <= 100]);
    rows.push([`memory, ${large} building`, '≤ 150 MiB', mebibytes(after), after <= 150]);
    rows.push([`memory, peak with ${large}`, '≤ 200 MiB', mebibytes(peak), peak <= 200]);
  }
  if (most !== undefined && least !== undefined && small < large) {
    const growth = most.cpuSeconds / large / (least.cpuSeconds / small);
    rows.push([
      `processor time of each: ${large} against ${small}`,
      '≤ 120 %',
      `${fixed(growth * 100, 0)} %`,
      growth <= 1.2,
    ]);
  }
  if (settled !== null) {
    const { restart, atRest, requestToObject, endToStatus } = settled;
    rows.push(['restart to first Job, after a clean stop', '≤ 2 s', seconds(restart.clean), restart.clean <= 2]);
    rows.push([
      'restart to first Job, after SIGKILL',
      `≤ ${restart.leaseSeconds + 2} s (Lease + 2 s)`,
      seconds(restart.killed),
      restart.killed <= restart.leaseSeconds + 2,
    ]);
    rows.push([`writes of ${atRest.seconds} s at rest`, '0', String(atRest.writes), atRest.writes === 0]);
    rows.push(['edit to Job, idle: most', '≤ 1 s', seconds(requestToObject.most), requestToObject.most <= 1]);
    rows.push(["Pod's end to status: most", '≤ 1 s', seconds(endToStatus.most), endToStatus.most <= 1]);
  }
  return table(
    ['', 'target', 'measured', 'met'],
    rows.map(([what, demanded, found, met]) => [what, demanded, found, met ? 'yes' : '**no**']),
  ).trimEnd();
}

function burstTable({ sizes, operator, raw, shipwright }: ScaleRecord): string {
  const measured = (size: number, name: string, burst: Burst | undefined) =>
    burst === undefined
      ? []
      : [
          [
            String(size),
            name,
            ...[burst.p50, burst.p99, burst.last].map(seconds),
            fixed(straight(burst) / size, 2),
            `${fixed((burst.cpuSeconds / size) * 1000, 1)} ms`,
            `${burst.memory.idle} / ${burst.memory.peak} / ${burst.memory.settled}`,
          ],
        ];
  const rows = sizes.flatMap((size) => {
    const limit = raw[size];
    return [
      ...measured(size, 'operator', operator.bursts[size]),
      ...measured(size, 'Shipwright', shipwright?.bursts[size]),
      ...(limit === undefined
        ? []
        : [[String(size), 'raw writes', ...[limit.p50, limit.p99, limit.last].map(seconds), '3', '', '']]),
    ];
  });
  const head = ['together', '', 'p50', 'p99', 'last', 'requests each', 'processor each', 'MiB idle / peak / after'];
  return table(head, rows).trimEnd();
}

function requestTable({ sizes, operator, shipwright }: ScaleRecord): string {
  const size = sizes.includes(500) ? 500 : Math.max(...sizes);
  const rows = (name: string, burst: Burst | undefined) =>
    burst === undefined
      ? []
      : [
          ...Object.entries(burst.requests.straight)
            .toSorted(([, a], [, b]) => b - a)
            .map(([what, count]) => [name, code(what), String(count)]),
          [name, 'Secret reads', String(burst.requests.secretReads)],
          [name, 'Events', String(burst.requests.events)],
        ];
  return table(
    ['', `requests for ${size} together`, 'count'],
    [...rows('operator', operator.bursts[size]), ...rows('Shipwright', shipwright?.bursts[size])],
  ).trimEnd();
}

function settledTable({ shipwright }: ScaleRecord, ours: Settled): string {
  const theirs = shipwright?.settled ?? null;
  const row = (what: string, show: (settled: Settled) => string) => [
    what,
    show(ours),
    ...(theirs === null ? [] : [show(theirs)]),
  ];
  return table(
    ['', 'operator', ...(theirs === null ? [] : ['Shipwright'])],
    [
      row('resources at rest', ({ resources }) => String(resources)),
      row('memory with them', ({ memory }) => mebibytes(memory)),
      row(`requests in ${ours.atRest.seconds} s, without watches and the Lease`, ({ atRest }) =>
        String(atRest.requests),
      ),
      row('of which writes', ({ atRest }) => String(atRest.writes)),
      row('processor time in it', ({ atRest }) => seconds(atRest.cpuSeconds)),
      row('clean stop, start to the first Job', ({ restart }) => seconds(restart.clean)),
      row('SIGKILL, start to the first Job', ({ restart }) => seconds(restart.killed)),
      row('the Lease holds for', ({ restart }) => `${restart.leaseSeconds} s`),
      row('one edit (Shipwright: one more BuildRun) to its Job, p50', (of) => seconds(of.requestToObject.p50)),
      row('the same, most', (of) => seconds(of.requestToObject.most)),
      row("Pod's end (Shipwright: the TaskRun's) to the status, p50", (of) => seconds(of.endToStatus.p50)),
      row('the same, most', (of) => seconds(of.endToStatus.most)),
    ],
  ).trimEnd();
}

function straight({ requests }: Burst): number {
  return Object.values(requests.straight).reduce((sum, count) => sum + count, 0);
}

function seconds(value: number): string {
  return `${fixed(value, 2)} s`;
}

function mebibytes(value: number): string {
  return `${value} MiB`;
}

function fixed(value: number, digits: number): string {
  return value.toFixed(digits);
}
