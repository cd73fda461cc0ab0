import { expect, it } from 'vitest';
import { base, spec } from '../../test/support/observations.ts';
import { buildSecrets } from './buildSecrets.ts';

it('every Secret of a build is there once for each use', () => {
  const source = { ...spec.source, credentialsSecret: 'netrc' };
  const cache = { repository: 'registry.example.com/cache/vision', secret: 'layers', ttlHours: 1 };
  const registrySecrets = [
    { registry: 'index.docker.io', secret: 'hub' },
    { registry: 'registry.gitlab.com', secret: 'gitlab' },
  ];
  expect(buildSecrets({ spec: { ...spec, source, cache, registrySecrets, pullSecret: 'own' }, bases: [base] })).toEqual(
    [
      { name: 'hub', use: 'pull' },
      { name: 'layers', use: 'cache' },
      { name: 'netrc', use: 'packages' },
      { name: 'own', use: 'pull' },
      { name: 'push', use: 'push' },
    ],
  );
});

it('a Secret with two uses is there twice, in a fixed order', () => {
  const cache = { repository: 'registry.example.com/cache/vision', secret: 'own', ttlHours: 1 };
  expect(buildSecrets({ spec: { ...spec, cache, pullSecret: 'own', pushSecret: null }, bases: [] })).toEqual([
    { name: 'own', use: 'cache' },
    { name: 'own', use: 'pull' },
  ]);
});
