import { describe, expect, it } from 'vitest';
import { configWith, effectiveOf, refusalOf } from '../../../test/support/policy/policies.ts';

const pattern = (...patterns: readonly string[]) => configWith(`policy: {repositories: ${JSON.stringify(patterns)}}`);
const template = (text: string) => configWith(`output: {repositoryTemplate: ${JSON.stringify(text)}}`);
const to = (repository: string) => ({ output: { repository } });

describe('a template without a policy', () => {
  const config = template('registry.example.com/imagespecs/{namespace}/{name}');

  it.each([
    ['registry.example.com/imagespecs/nlp/astro', 'the repository of another namespace'],
    ['registry.example.com/imagespecs/vision/other', 'the repository of another ImageSpec'],
    ['registry.example.com/imagespecs/vision/astro/below', 'a repository below its own'],
    ['elsewhere.example/team/a', 'another registry'],
  ])('refuses %s: %s', (repository) => {
    expect(refusalOf({ spec: to(repository), config })).toContain(
      'PolicyViolation spec.output.repository: output.repositoryTemplate allows registry.example.com/imagespecs/vision/astro only',
    );
  });

  it('takes the repository that it makes, written out or not', () => {
    expect(refusalOf({ config })).toBe('');
    expect(refusalOf({ spec: to('registry.example.com/imagespecs/vision/astro'), config })).toBe('');
  });

  it.each([
    ['team/{namespace}/{name}', 'docker.io/team/vision/astro'],
    ['docker.io/{namespace}/{name}', 'index.docker.io/vision/astro'],
    ['docker.io/{name}', 'astro'],
    ['localhost:5000/{name}', 'localhost:5000/astro'],
  ])('%s makes %s, by any of its names', (text, repository) => {
    expect(refusalOf({ spec: to(repository), config: template(text) })).toBe('');
    expect(refusalOf({ config: template(text) })).toBe('');
  });

  it('gives way to a policy, also to one that allows any repository', () => {
    const open = configWith(
      'output: {repositoryTemplate: "registry.example.com/{namespace}/{name}"}\npolicy: {repositories: ["**"]}',
    );
    expect(refusalOf({ spec: to('elsewhere.example/team/a'), config: open })).toBe('');
    expect(effectiveOf({ spec: to('elsewhere.example/team/a'), config: open }).repositoryBound).toBe('Open');
  });
});

describe('a repository is bound to its namespace', () => {
  it.each([
    [
      pattern('registry.example.com/imagespecs/{namespace}/*'),
      'registry.example.com/imagespecs/vision/x1',
      'ToNamespace',
    ],
    [pattern('registry.example.com/{namespace}/**'), 'registry.example.com/vision/a/b', 'ToNamespace'],
    [pattern('registry.example.com/**'), 'registry.example.com/vision/a', 'Open'],
    [pattern('registry.example.com/{namespace}/*', 'registry.example.com/**'), 'registry.example.com/vision/a', 'Open'],
    // The namespace "teams" may push there by the second pattern.
    [
      pattern('registry.example.com/teams/{namespace}/*', 'registry.example.com/{namespace}/**'),
      'registry.example.com/teams/vision/a',
      'Open',
    ],
    [
      pattern('registry.example.com/teams/{namespace}/*', 'registry.example.com/{namespace}/*'),
      'registry.example.com/teams/vision/a',
      'ToNamespace',
    ],
    // An ImageSpec of any namespace may have this name.
    [
      pattern('registry.example.com/{namespace}/*', 'registry.example.com/vision/{name}'),
      'registry.example.com/vision/a',
      'Open',
    ],
    [pattern('docker.io/{namespace}/*'), 'vision/a1', 'ToNamespace'],
  ] as const)('unless another one may push there (%#)', (config, repository, bound) => {
    expect(effectiveOf({ spec: to(repository), name: 'a', config }).repositoryBound).toBe(bound);
  });

  it.each([
    ['registry.example.com/{namespace}/{name}', 'ToNamespace'],
    ['registry.example.com/images/{name}', 'Open'],
  ] as const)('by the template %s: %s', (text, bound) => {
    expect(effectiveOf({ config: template(text) }).repositoryBound).toBe(bound);
  });

  it('never without a policy and a template', () => {
    const config = configWith('');
    expect(effectiveOf({ spec: to('registry.example.com/vision/a'), config }).repositoryBound).toBe('Open');
  });
});
