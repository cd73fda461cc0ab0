import { describe, expect, it } from 'vitest';
import { parseConfig } from './parse.ts';

const least = 'images: {operator: registry.example.com/imagespec-operator:1}';

describe('parseConfig', () => {
  it('fills in every default', () => {
    const parsed = parseConfig(least);
    expect(parsed).toMatchObject({
      ok: true,
      value: {
        output: { repositoryTemplate: null, pushSecret: null },
        build: { timeoutSeconds: 3600, retries: 3, platform: 'linux/amd64' },
        registries: { mirrors: [], insecure: [] },
      },
    });
  });

  it.each([
    ['images: {}', 'images.operator: '],
    [`${least}\nbuild: {timeoutSeconds: 10}`, 'build.timeoutSeconds: '],
    [`${least}\nbuilds: {}`, 'Unrecognized key: "builds"'],
    [`${least}\nregistries: {mirrors: [{host: "https://x", mirror: y}]}`, 'registries.mirrors.0.host: '],
    [
      `${least}\nregistries: {mirrors: [{host: docker.io, mirror: "h.example.com/a/"}]}`,
      'registries.mirrors.0.mirror: must',
    ],
    [
      `${least}\nregistries: {mirrors: [{host: docker.io, mirror: "h.example.com/A"}]}`,
      'registries.mirrors.0.mirror: must',
    ],
    [
      `${least}\nregistries: {mirrors: [{host: docker.io, mirror: "h.example.com/a:1"}]}`,
      'registries.mirrors.0.mirror: ',
    ],
    [`${least}\ncache: {repositoryTemplate: r.example/cache}`, 'must contain {namespace}'],
    [
      `${least}\noutput: {pushSecret: p}\ncache: {secret: p}`,
      'cache.secret: must not be the Secret of output.pushSecret',
    ],
    [
      `${least}\noutput: {pushSecret: p}\nregistries: {pullSecrets: [{host: docker.io, secret: p}]}`,
      'registries.pullSecrets.0.secret: must not be',
    ],
    [`${least}\napt: {mirrors: [{url: "http://a/#x", mirror: "http://b/$(id)"}]}`, 'apt.mirrors.0.mirror: must be'],
    ['a: [', 'line 1, column'],
    [`${least}\njupyterHub: {hubVersion: 5.10}\n`, 'jupyterHub.hubVersion: holds a number; write text, in quotes'],
    [
      `${least}\npolicy: {repositories: r.example}\n`,
      'policy.repositories: holds text; write a list, each entry on a line',
    ],
    [`${least}\nbuild: {retries: "3"}\n`, 'build.retries: holds text; write a number'],
    [`${least}\nbuild:\n  retries: 3\n  timeoutSeconds: 10\n`, 'line 4: build.timeoutSeconds: '],
    [`${least}\nbuild:\n  retries: 3\n  timeout: 10\n`, 'line 4: build: Unrecognized key: "timeout"'],
    [`${least}\npolicy:\n  serviceAccounts:\n    - ok\n    - Not Ok\n`, 'line 5: policy.serviceAccounts.1: '],
    [`logLevel: info\nimages:\n  kaniko: x\n`, 'line 2: images.operator: '],
    [`${least}\nbuild: {retries: 99}\nlogLevel: loud\n`, 'line 2: build.retries: '],
    [`${least}\nbuild: {retries: 99}\nlogLevel: loud\n`, 'line 3: logLevel: '],
  ])('refuses %j and names the place', (text, place) => {
    const parsed = parseConfig(text);
    expect(parsed.ok ? '' : parsed.failure).toContain(place);
  });
});
