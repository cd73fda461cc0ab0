import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { metricDefinitions } from '../../src/reconcile/report/metrics.ts';
import { prometheusPrograms } from '../../tools/cluster/artifacts/debian.ts';
import { alerts } from '../../tools/monitoring/alerts.ts';
import { runbookPath } from '../../tools/monitoring/rules.ts';
import { type AlertCase, alertCases, type Series } from './alertCases.ts';

const rules = join(import.meta.dirname, '..', '..', 'charts', 'imagespec-operator', 'files', 'alerts.yaml');
let promtool: string;
let folder: string;

beforeAll(async () => {
  promtool = (await prometheusPrograms()).path('promtool');
  folder = await mkdtemp(join(tmpdir(), 'imagespec-alerts-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

interface Expected {
  readonly exp_labels: Readonly<Record<string, string>>;
  readonly exp_annotations: Readonly<Record<string, string>>;
}

/** Evaluates the rules as Prometheus does, over these series; its complaint when the alert is another one. */
async function evaluate({ alert, minute }: AlertCase, series: readonly Series[], expected: readonly Expected[]) {
  const file = join(folder, `${alert}-${expected.length}.yaml`);
  const test = {
    interval: '1m',
    input_series: series,
    alert_rule_test: [{ eval_time: `${minute}m`, alertname: alert, exp_alerts: expected }],
  };
  await writeFile(file, stringify({ rule_files: [rules], evaluation_interval: '1m', tests: [test] }));
  const ran = spawnSync(promtool, ['test', 'rules', file], { encoding: 'utf8' });
  return { code: ran.status, said: `${ran.stdout}${ran.stderr}` };
}

function firing({ alert: name, labels, summary }: AlertCase): Expected {
  const alert = alerts.find((one) => one.name === name);
  if (alert === undefined) {
    throw new Error(`there is no alert ${name}`);
  }
  return {
    exp_labels: { severity: alert.severity, ...labels },
    exp_annotations: { summary, description: alert.meaning, runbook_url: runbookPath(alert) },
  };
}

it('has no rule that Prometheus minds', () => {
  const ran = spawnSync(promtool, ['check', 'rules', rules], { encoding: 'utf8' });
  expect(ran.stdout).toContain(`SUCCESS: ${alerts.length} rules found`);
});

it('has a case for each alert', () => {
  expect(alertCases.map(({ alert }) => alert)).toEqual(alerts.map(({ name }) => name));
});

it('writes its series as the operator does', () => {
  const known = new Map<string, readonly string[]>(
    Object.values(metricDefinitions).map(({ name, labels }) => [name, [...labels].toSorted()]),
  );
  for (const { series } of alertCases.flatMap(({ firing: fires, quiet }) => [...fires, ...quiet])) {
    const [name = '', rest = ''] = series.split('{');
    const labels = [...rest.matchAll(/(\w+)="/g)]
      .map(([, label = '']) => label)
      .filter((label) => label !== 'instance');
    expect([name, labels.toSorted()]).toEqual([name, known.get(name)]);
  }
});

describe.each(alertCases)('$alert', (one) => {
  it('fires', async () => {
    expect(await evaluate(one, one.firing, [firing(one)])).toMatchObject({ code: 0 });
  });

  it('does not fire for what only looks like it', async () => {
    expect(await evaluate(one, one.quiet, [])).toMatchObject({ code: 0 });
  });

  it('would be missed: the test fails when it does not fire', async () => {
    expect((await evaluate(one, one.quiet, [firing(one)])).code).not.toBe(0);
  });
});
