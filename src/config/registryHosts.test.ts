import { expect, it } from 'vitest';
import { parseConfig } from './parse.ts';
import { allowedRegistries, internalHosts } from './registryHosts.ts';

function configOf(text: string) {
  const config = parseConfig(`images: {kaniko: kaniko:1, operator: operator:1}\n${text}`);
  if (!config.ok) {
    throw new Error(config.failure);
  }
  return config.value;
}

it('only hosts that the configuration names may be internal', () => {
  const config = configOf(`
output: {repositoryTemplate: "out.internal:5000/imagespecs/{namespace}/{name}"}
cache: {repositoryTemplate: "cache.internal/{namespace}"}
registries:
  allowed: [allowed.internal, "*.example.com"]
  internal: ["storage.internal:9000"]
  insecure: ["plain.internal:80"]
  mirrors: [{host: docker.io, mirror: mirror.internal}, {host: quay.io, mirror: "harbor.internal:5000/quay/proxy"}]
  pullSecrets: [{host: "pull.internal:443", secret: pull}]`);
  expect(internalHosts(config).toSorted()).toEqual([
    '*.example.com',
    'allowed.internal',
    'cache.internal',
    'harbor.internal:5000',
    'mirror.internal',
    'out.internal:5000',
    'plain.internal',
    'plain.internal:80',
    'pull.internal',
    'pull.internal:443',
    'storage.internal:9000',
  ]);
  expect(internalHosts(configOf(''))).toEqual([]);
});

it("a list of permitted registries includes the platform's", () => {
  const output = 'output: {repositoryTemplate: "out.example.com/imagespecs/{namespace}/{name}"}';
  expect(allowedRegistries(configOf(output))).toBeNull();
  expect(allowedRegistries(configOf(`${output}\nregistries: {allowed: [quay.io]}`))).toEqual([
    'quay.io',
    'out.example.com',
  ]);
});
