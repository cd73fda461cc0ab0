import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Chosen, loadSource } from './source.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'source-test-'));
  path = join(folder, 'kubeconfig');
  writeFileSync(
    path,
    JSON.stringify({
      'current-context': 'first',
      clusters: ['one', 'two'].map((name) => ({ name, cluster: { server: `https://${name}.test` } })),
      users: ['ada', 'bob'].map((name) => ({ name, user: { token: `${name}'s` } })),
      contexts: [{ name: 'first', context: { cluster: 'one', user: 'ada', namespace: 'vision' } }],
    }),
  );
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Address, user and namespace that are used. */
function used(chosen: Chosen) {
  const config = new KubeConfig();
  loadSource(config, { is: 'kubeconfig', path, ...chosen });
  const user = config.getCurrentUser();
  return [
    config.getCurrentCluster()?.server,
    user?.token,
    user?.impersonateUser ?? null,
    config.getContextObject(config.getCurrentContext())?.namespace,
  ];
}

describe("kubectl's flags of a connection", () => {
  it.each([
    ['none', {}, ['https://one.test', "ada's", null, 'vision']],
    ['--cluster', { cluster: 'two' }, ['https://two.test', "ada's", null, 'vision']],
    ['--user', { user: 'bob' }, ['https://one.test', "bob's", null, 'vision']],
    ['--server', { server: 'https://three.test' }, ['https://three.test', "ada's", null, 'vision']],
    ['--token', { token: 't' }, ['https://one.test', 't', null, 'vision']],
    ['--as', { as: 'eve' }, ['https://one.test', "ada's", 'eve', 'vision']],
    ['all', { cluster: 'two', user: 'bob', as: 'eve' }, ['https://two.test', "bob's", 'eve', 'vision']],
  ])('%s', (_, chosen, expected) => {
    expect(used(chosen)).toEqual(expected);
  });

  it('name what the kubeconfig has, when it has not what they say', () => {
    expect(() => used({ cluster: 'three' })).toThrow('has no cluster "three"; choose one of: one, two');
    expect(() => used({ user: 'eve' })).toThrow('has no user "eve"; choose one of: ada, bob');
    expect(() => used({ context: 'second' })).toThrow('context "second" names no cluster; choose one of: first');
  });

  it('are needed where there is neither a kubeconfig nor a Pod', () => {
    vi.stubEnv('KUBECONFIG', '');
    vi.stubEnv('HOME', folder);
    const load = (chosen: Chosen) => {
      const config = new KubeConfig();
      loadSource(config, { is: 'default', ...chosen });
      return config.getCurrentCluster()?.server;
    };
    expect(() => load({})).toThrow('there is no such file, and this is no Pod with a ServiceAccount; name a readable');
    expect(load({ server: 'https://three.test' })).toBe('https://three.test');
    vi.unstubAllEnvs();
  });
});
