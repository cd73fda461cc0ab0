import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { ask, type Question, root, scriptsOf, shippedScripts } from './lua.ts';

/**
 * Argo CD's repository tests each folder of resource_customizations by its health_test.yaml and action_test.yaml
 * (util/lua/health_test.go and custom_actions_test.go). The same files, in the same way.
 */
const folder = join(root, 'deploy', 'argocd', 'resource_customizations', 'imagespec.dev', 'ImageSpec');
const actionFolder = join(folder, 'actions');

const health = z.object({ status: z.string(), message: z.string() });
const healthShape = z.strictObject({
  tests: z.array(z.strictObject({ healthStatus: health, inputPath: z.string() })).min(18),
});
const actionShape = z.strictObject({
  discoveryTests: z.array(
    z.strictObject({
      inputPath: z.string(),
      result: z.array(z.strictObject({ name: z.string(), disabled: z.boolean(), iconClass: z.string() })),
    }),
  ),
  actionTests: z.array(z.strictObject({ action: z.string(), inputPath: z.string(), expectedOutputPath: z.string() })),
});

async function yaml(...path: readonly string[]): Promise<unknown> {
  return parse(await readFile(join(...path), 'utf8'));
}

const healthTests = healthShape.parse(await yaml(folder, 'health_test.yaml')).tests;
const { discoveryTests, actionTests } = actionShape.parse(await yaml(actionFolder, 'action_test.yaml'));

async function questionOf(task: Question['do'], script: string, inputPath: string): Promise<Question> {
  const from = task === 'health' ? folder : actionFolder;
  const text = await readFile(join(from, script), 'utf8');
  // As there: all libraries for health and discovery, few for an action.
  return { do: task, libraries: task === 'act' ? 'few' : 'all', script: text, object: await yaml(from, inputPath) };
}

const [healths, discoveries, acts] = [
  await ask(await Promise.all(healthTests.map((test) => questionOf('health', 'health.lua', test.inputPath)))),
  await ask(await Promise.all(discoveryTests.map((test) => questionOf('discover', 'discovery.lua', test.inputPath)))),
  await ask(
    await Promise.all(actionTests.map((test) => questionOf('act', `${test.action}/action.lua`, test.inputPath))),
  ),
];

it.each(healthTests.map(({ inputPath, healthStatus }, index) => [inputPath, index, healthStatus] as const))(
  'health of %s',
  (_, index, expected) => {
    expect(healths[index]).toEqual({ value: expected });
  },
);

it.each(discoveryTests.map(({ inputPath, result }, index) => [inputPath, index, result] as const))(
  'actions of %s',
  (_, index, result) => {
    const named = Object.entries(z.record(z.string(), z.looseObject({})).parse(discoveries[index]?.value));
    expect(named.map(([name, action]) => Object.assign({ name }, action))).toEqual(expect.arrayContaining(result));
    expect(named).toHaveLength(result.length);
  },
);

it.each(actionTests.map(({ action, expectedOutputPath }, index) => [action, index, expectedOutputPath] as const))(
  '%s',
  async (_, index, expectedOutputPath) => {
    expect(acts[index]).toEqual({ value: await yaml(actionFolder, expectedOutputPath) });
  },
);

it('has a test of each action', async () => {
  const { actions } = await shippedScripts();
  expect(actionTests.map(({ action }) => action).toSorted()).toEqual([...actions.keys()].toSorted());
});

it('ships the same scripts for argocd-cm and for the chart argo-cd', async () => {
  const values = z.object({ configs: z.object({ cm: z.unknown() }) });
  const { configs } = values.parse(await yaml(root, 'deploy', 'argocd', 'values.yaml'));
  expect(scriptsOf(configs.cm)).toEqual(await shippedScripts());
});
