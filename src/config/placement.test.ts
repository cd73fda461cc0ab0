import { describe, expect, it } from 'vitest';
import { parseConfig } from './parse.ts';

const image = 'images: {operator: "registry.example.com/operator:1"}';

function parsed(settings: string) {
  const result = parseConfig(`${image}\n${settings}`);
  if (!result.ok) {
    throw new Error(result.failure);
  }
  return result.value;
}

function refusal(settings: string): string {
  const result = parseConfig(`${image}\n${settings}`);
  return result.ok ? '' : result.failure;
}

describe.each([
  ['build', (settings: string) => `build: ${settings}`],
  ['jupyterHub.probe', (settings: string) => `jupyterHub: {probe: ${settings}}`],
])('placement in %s', (place, under) => {
  it.each([
    ['nodeSelector', '{nodeSelector: {"a b": c}}', 'nodeSelector'],
    ['the value of a label', '{nodeSelector: {a: "b c"}}', 'nodeSelector.a: must be the value of a label'],
    ['a label of the operator', '{labels: {imagespec.dev/role: x}}', 'labels: must not set keys of imagespec.dev'],
    ['a label of Jobs', '{labels: {job-name: x}}', 'labels: must not set keys'],
    ['an annotation of the operator', '{annotations: {imagespec.dev/run: x}}', 'annotations: must not set keys'],
    ['an unknown affinity', '{affinity: {nodeAffinty: {}}}', 'affinity'],
    ['an affinity without end', `{affinity: {nodeAffinity: {a: ${'x'.repeat(17_000)}}}}`, 'affinity: must be at most'],
    ['labels without end', `{labels: {${manyKeys(65)}}}`, 'labels: must have at most 64 entries'],
    ['tolerations without end', `{tolerations: [${'{key: a},'.repeat(65)}]}`, 'tolerations'],
  ])('refuses %s', (_, settings, words) => {
    expect(refusal(under(settings))).toContain(`${place}.${words}`);
  });

  it('accepts as much as that', () => {
    expect(refusal(under(`{labels: {${manyKeys(64)}}, tolerations: [${'{key: a},'.repeat(64)}]}`))).toBe('');
    expect(refusal(under('{affinity: {nodeAffinity: {a: [{b: c}]}, podAntiAffinity: {}}}'))).toBe('');
  });
});

it('keeps autoscalers from builds and launches by default, until an administrator says otherwise', () => {
  const marks = { 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false', 'karpenter.sh/do-not-disrupt': 'true' };
  const { build, jupyterHub } = parsed('');
  expect([build.annotations, jupyterHub.probe.annotations]).toEqual([marks, marks]);
  expect(parsed('build: {annotations: {}}').build.annotations).toEqual({});
});

function manyKeys(count: number): string {
  return Array.from({ length: count }, (_, index) => `k${index}: v`).join(', ');
}
