import { expect, it } from 'vitest';
import type { ScaleRecord } from '../../../test/bench/scale/record.ts';
import { scaleChart, withScale } from './page.ts';

const page = '# Performance\n\n<!-- measured: scale -->\n\nnothing yet\n\n<!-- end: scale -->\n';

function recordOf(last: number, cpuSeconds: number): ScaleRecord {
  const burst = (size: number, cpu: number) => ({
    p50: 1,
    p99: 2,
    last,
    requests: { straight: { 'create jobs': size, 'patch imagespecs/status': size }, secretReads: 0, events: 7 },
    cpuSeconds: cpu,
    memory: { idle: 90, peak: 250, settled: 149 },
  });
  return {
    measured: '2026-11-29T01:02:03.000Z',
    machine: '2 processors',
    load: [0.1, 0.2, 0.3],
    command: 'npm run bench -- scale',
    sizes: [100, 500],
    operator: { bursts: { 100: burst(100, 1), 500: burst(500, cpuSeconds) }, settled: null },
    raw: { 100: { p50: 0.1, p99: 0.2, last: 0.5 }, 500: { p50: 0.1, p99: 0.2, last: 2 } },
    shipwright: { bursts: { 500: { ...burst(500, 4), last: 9 } }, settled: null },
  };
}

it('leaves the page as it is where nothing is recorded', () => {
  expect(withScale(page, undefined)).toBe(page);
});

it('says of each target whether it is met', () => {
  const met = withScale(page, recordOf(3, 6));
  expect(met).toMatch(/500 together: last Job +\| ≤ ⅓ of Shipwright's 9\.00 s +\| 3\.00 s +\| yes /);
  expect(met).toMatch(/processor time of each: 500 against 100 +\| ≤ 120 % +\| 120 % +\| yes /);
  expect(met).toMatch(/memory, peak with 500 +\| ≤ 200 MiB +\| 250 MiB +\| \*\*no\*\* /);
  const missed = withScale(page, recordOf(3.01, 6.1));
  expect(missed).toMatch(/3\.01 s +\| \*\*no\*\* /);
  expect(missed).toMatch(/122 % +\| \*\*no\*\* /);
});

it('draws a line for each of the three', () => {
  const svg = scaleChart(recordOf(3, 6));
  for (const name of ['Shipwright: 9', 'operator: 3', 'raw writes: 2']) expect(svg).toContain(name);
  expect(svg.match(/<polyline/g)).toHaveLength(3);
});
