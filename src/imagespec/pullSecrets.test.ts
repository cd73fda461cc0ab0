import { expect, it } from 'vitest';
import { spec } from '../../test/support/observations.ts';
import { pullSecretsFor } from './pullSecrets.ts';

const registrySecrets = [
  { registry: 'index.docker.io', secret: 'hub' },
  { registry: 'registry.gitlab.com', secret: 'gitlab' },
];

it.each<[string | null, readonly string[], readonly string[]]>([
  [null, ['jupyter/minimal-notebook'], ['hub']],
  [null, ['quay.io/jupyter/minimal-notebook'], []],
  ['own', ['quay.io/jupyter/minimal-notebook'], ['own']],
  ['own', ['docker.io/library/debian', 'registry.gitlab.com/infuseai/docker-stacks/base'], ['own', 'hub', 'gitlab']],
  ['hub', ['debian'], ['hub']],
])('with pullSecret %j the images %j are opened by %j', (pullSecret, images, expected) => {
  expect(pullSecretsFor({ ...spec, pullSecret, registrySecrets }, images)).toEqual(expected);
});
