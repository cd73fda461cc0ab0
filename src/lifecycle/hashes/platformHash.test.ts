import { expect, it } from 'vitest';
import { parseConfig } from '../../config/parse.ts';
import { platformSettingsOf } from '../../imagespec/resolveSpec.ts';
import { platformHash } from './platformHash.ts';

function hashWith(settings: string): string {
  const result = parseConfig(`images: {operator: "registry.example.com/operator:1"}\n${settings}`);
  if (!result.ok) {
    throw new Error(result.failure);
  }
  return platformHash(platformSettingsOf(result.value));
}

const placements = [
  'nodeSelector: {a: b}',
  'tolerations: [{key: a}]',
  'affinity: {}',
  'labels: {a: b}',
  'annotations: {}',
];

it('is the published value by default: an upgrade of the operator must not look like a correction', () => {
  expect(hashWith('')).toBe('5ea8f4ea9ea87f67ab57f8f9cdbadb396ed6e1ed7fbcfc48');
});

it('changes with each setting of placement', () => {
  const hashes = ['', ...placements.map((placement) => `build: {${placement}}`)].map(hashWith);
  expect(new Set(hashes).size).toBe(placements.length + 1);
});
