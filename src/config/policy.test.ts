import { describe, expect, it } from 'vitest';
import { parseConfig } from './parse.ts';

/** The faults of these settings; '' where there are none. */
function faultsOf(settings: string): string {
  const parsed = parseConfig(`images: {operator: registry.example.com/operator:1}\n${settings}`);
  return parsed.ok ? '' : parsed.failure;
}

describe('{namespace} keeps namespaces apart', () => {
  const places = [
    (text: string) => [`policy: {repositories: ["${text}"]}`, 'policy.repositories.0: '],
    (text: string) => [`policy: {baseImages: ["${text}"]}`, 'policy.baseImages.0: '],
    (text: string) => [`output: {repositoryTemplate: "${text}"}`, 'output.repositoryTemplate: '],
    (text: string) => [`cache: {repositoryTemplate: "${text}"}`, 'cache.repositoryTemplate: '],
  ] as const;

  it.each([
    'r.example/x/{namespace}-{name}',
    'r.example/x/{namespace}x/y',
    'r.example/x/team-{namespace}',
    'r.example/{name}/{namespace}',
    'r.example/{name}x/{namespace}/y',
    'r.example/x{namespace}/{namespace}',
    '{namespace}/x',
    '{namespace}.r.example/x',
  ])('%s is refused everywhere', (text) => {
    for (const place of places) {
      const [settings = '', path = ''] = place(text);
      expect(faultsOf(settings)).toContain(path);
    }
  });

  it.each([
    'r.example/*/{namespace}/x',
    'r.example/x/{namespace}*',
    'r.example/*{namespace}/x',
    'r.example/**/{namespace}',
  ])('the pattern %s is refused', (text) => {
    expect(faultsOf(`policy: {repositories: ["${text}"]}`)).toContain('policy.repositories.0: ');
  });

  it.each([
    'r.example/{namespace}',
    'r.example:5000/x/{namespace}/{name}',
    'r.example/{namespace}/a-{namespace}-{name}',
  ])('%s is taken everywhere', (text) => {
    expect(places.map((place) => faultsOf(place(text)[0] ?? ''))).toEqual(['', '', '', '']);
  });

  it.each(['r.example/x/{user}', 'r.example/x/{name', 'r.example/x/**/y', '**/x', 'r.example/**x/{'])(
    'the pattern %s is refused, which would never match as it reads',
    (text) => {
      expect(faultsOf(`policy: {repositories: ["${text}"]}`)).toContain('policy.repositories.0: ');
    },
  );

  it.each(['**', 'r.example/**', 'r.example/a*b/{name}'])('the pattern %s is taken', (text) => {
    expect(faultsOf(`policy: {repositories: ["${text}"]}`)).toBe('');
  });
});

describe('a destination of publishing', () => {
  const publish = (more: string) => faultsOf(`jupyterHub: {publish: [{namespace: hub, ${more}}]}`);

  it.each([
    'groups: [staff], selector: {hub: "yes"}',
    'groups: ["{namespace}", staff], selector: {hub: "yes"}',
    'groups: ["{name}"]',
    'groups: ["team-{name}"], selector: {hub: "yes"}',
  ])('with %s is refused: the author of any ImageSpec would choose its group', (more) => {
    expect(publish(more)).toContain('jupyterHub.publish.0: ');
    expect(publish(`${more}, namespaces: [vision]`)).toBe('');
  });

  it.each([
    'selector: {hub: "yes"}',
    'groups: [], selector: {hub: "yes"}',
    'groups: ["{namespace}", "team-{namespace}"], selector: {hub: "yes"}',
    'groups: [staff]',
  ])('with %s is taken', (more) => {
    expect(publish(more)).toBe('');
  });

  it('may not give users the Secret that pushes', () => {
    const more = 'output: {pushSecret: p}\njupyterHub: {publish: [{namespace: hub, pullSecret: p}]}';
    expect(faultsOf(more)).toContain('jupyterHub.publish.0.pullSecret: ');
  });
});

describe('the amounts of builds', () => {
  it.each(['0', '0.0', '0Gi'])('a ceiling of %s is refused: the kubelet would read it as no limit', (memory) => {
    expect(faultsOf(`build: {ceilings: {resources: {memory: "${memory}"}}}`)).toContain(
      'build.ceilings.resources.memory: must be more than 0',
    );
  });

  it.each([
    ['requests: {memory: 3Gi}, limits: {memory: 2Gi}', 'requests.memory: must not be more than 2Gi'],
    ['requests: {cpu: 1001m}, limits: {cpu: "1"}', 'requests.cpu: must not be more than 1,'],
    ['requests: {ephemeral-storage: 1Gi}, limits: {ephemeral-storage: 1G}', 'requests.ephemeral-storage: must not be'],
    ['requests: {memory: 1Gi}, limits: {memory: "0"}', 'requests.memory: must not be more than 0,'],
  ])('%s is refused of builds and of launches: the API server would refuse each Pod', (amounts, words) => {
    expect(faultsOf(`build: {resources: {${amounts}}}`)).toContain(`line 2: build.resources.${words}`);
    expect(faultsOf(`jupyterHub: {probe: {resources: {${amounts}}}}`)).toContain(
      `line 2: jupyterHub.probe.resources.${words}`,
    );
  });

  it.each([
    'requests: {memory: 2048Mi}, limits: {memory: 2Gi}',
    'requests: {memory: 3Gi}, limits: {cpu: "1"}',
    'requests: {memory: "0"}, limits: {memory: "0"}',
  ])('%s is taken', (amounts) => {
    expect(faultsOf(`build: {resources: {${amounts}}}\njupyterHub: {probe: {resources: {${amounts}}}}`)).toBe('');
  });

  it.each(['cpu', 'memory', 'Nope!', 'gpu'])('policy.extendedResources may not name %s', (name) => {
    expect(faultsOf(`policy: {extendedResources: [{name: "${name}"}]}`)).toContain('policy.extendedResources.0.name: ');
  });
});
