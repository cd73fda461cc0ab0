import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ScriptedApiServer } from '../../../test/support/apiserver/apiserver.ts';
import { typed } from '../../../test/support/apiserver/typed.ts';
import { until } from '../../../tools/eventually.ts';
import { answerOf } from './answer.ts';
import { connect } from './connection.ts';

const options = { userAgent: 'unit-test/1' };
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'connection-test-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function kubeconfig(text: string): string {
  const path = join(folder, 'kubeconfig');
  writeFileSync(path, text);
  return path;
}

const twoContexts = JSON.stringify({
  'current-context': 'first',
  clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }],
  users: [{ name: 'u', user: { token: 't' } }],
  contexts: [
    { name: 'first', context: { cluster: 'c', user: 'u', namespace: 'one' } },
    { name: 'second', context: { cluster: 'c', user: 'u', namespace: 'two' } },
  ],
});

describe('connect', () => {
  it('uses the current context, or the named one', () => {
    const path = kubeconfig(twoContexts);
    expect(connect({ is: 'kubeconfig', path }, options).namespace).toBe('one');
    expect(connect({ is: 'kubeconfig', path, context: 'second' }, options).namespace).toBe('two');
  });

  it('names the file and its contexts when a context is missing', () => {
    const path = kubeconfig(twoContexts);
    const attempt = () => connect({ is: 'kubeconfig', path, context: 'third' }, options);
    expect(attempt).toThrow(`kubeconfig ${path}: context "third" names no cluster; choose one of: first, second`);
  });

  it('names the unreadable file', () => {
    const path = join(folder, 'none');
    expect(() => connect({ is: 'kubeconfig', path }, options)).toThrow(`kubeconfig ${path}: ENOENT`);
  });

  it('says what to do outside of a Pod', () => {
    expect(() => connect({ is: 'inCluster' }, options)).toThrow(/run in a Pod .* or name a kubeconfig/);
  });

  it('does not quote a broken kubeconfig, which may hold a token', () => {
    const path = kubeconfig('users:\n- user: {token: s3cr3t\n  x: [');
    const attempt = () => connect({ is: 'kubeconfig', path }, options);
    expect(attempt).toThrow('is not valid YAML');
    expect(attempt).not.toThrow('s3cr3t');
  });
});

const maps = '/api/v1/namespaces/team/configmaps';

describe('a connection', () => {
  let server: ScriptedApiServer;

  beforeEach(async () => {
    server = await ScriptedApiServer.start();
  });

  afterEach(async () => {
    await server.stop();
  });

  it('makes all its calls, typed and raw, over the same TCP connections', async () => {
    const connection = server.connect();
    server.put('one');
    for (let call = 0; call < 10; call += 1) {
      await typed(connection).core.readNamespacedConfigMap({ namespace: 'team', name: 'one' });
      await connection.send({ method: 'GET', path: `${maps}/one` });
      await connection.getJson(maps, { limit: '1' });
    }
    // A call may start before the previous connection is free; but there is not one per call.
    expect(server.connections).toBeLessThanOrEqual(2);
    expect(server.requests).toHaveLength(30);
    const raw = server.requests.filter((_, index) => index % 3 > 0);
    expect(raw.every(({ headers }) => headers['user-agent'] === 'unit-test/1')).toBe(true);
    expect(server.requests.every(({ headers }) => headers.authorization === 'Bearer not-a-secret')).toBe(true);
    await connection.close();
  });

  it('reports its requests, typed and raw, also those without an answer and those of renewed connections', async () => {
    const connection = server.connect({ timeoutMs: 2_000 });
    const seen: string[] = [];
    connection.observe(({ host, method, code, milliseconds }) => {
      expect(host).toBe(new URL(server.url).host);
      expect(milliseconds).toBeGreaterThanOrEqual(0);
      seen.push(`${method} ${code}`);
    });
    server.put('one');
    const read = (name: string) => answerOf(() => connection.getJson(`${maps}/${name}`, {}));
    await read('one');
    await read('none');
    await connection.getJson(maps, {});
    connection.renew();
    server.fail('get', { is: 'hang' });
    await read('one');
    expect(seen).toEqual(['GET 200', 'GET 404', 'GET 200', 'GET <error>']);
    await connection.close();
  });

  it('gives up a call after its time-out and goes on with the next', async () => {
    const connection = server.connect({ timeoutMs: 2_000 });
    server.fail('get', { is: 'hang' });
    server.put('one');
    const read = () => answerOf(() => connection.getJson(`${maps}/one`, {}));
    expect(await read()).toMatchObject({ is: 'unavailable' });
    expect(await read()).toMatchObject({ is: 'ok' });
    await connection.close();
  });

  it('fails a running call when it is closed', async () => {
    const connection = server.connect();
    server.fail('get', { is: 'hang' });
    const call = answerOf(() => connection.getJson(`${maps}/one`, {}));
    await until('it has come', () => server.requests.length === 1);
    await connection.close();
    expect(await call).toMatchObject({ is: 'unavailable' });
  });

  it('renews its TCP connections and lets calls on the old ones finish', async () => {
    const connection = server.connect();
    server.put('one');
    server.fail('get', { is: 'hang' }, { is: 'none' });
    const read = () => answerOf(() => connection.getJson(`${maps}/one`, {}));
    const running = read();
    await until('it has come', () => server.requests.length === 1);
    connection.renew();
    expect(await read()).toMatchObject({ is: 'ok' });
    expect(server.connections).toBe(2);
    server.answerHung();
    expect(await running).toMatchObject({ is: 'ok' });
    await connection.close();
  });

  it('answers unavailable while the credentials cannot be read', async () => {
    const token = join(folder, 'token');
    const path = kubeconfig(
      JSON.stringify({
        'current-context': 'x',
        clusters: [{ name: 'c', cluster: { server: server.url, 'insecure-skip-tls-verify': true } }],
        users: [{ name: 'u', user: { 'auth-provider': { name: 'tokenFile', config: { tokenFile: token } } } }],
        contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
      }),
    );
    const connection = connect({ is: 'kubeconfig', path }, options);
    const version = () => answerOf(() => connection.getJson('/version', {}));
    expect(JSON.stringify(await version())).toContain('cannot read the credentials');
    writeFileSync(token, 'now-there');
    await version();
    expect(server.requests.at(-1)?.headers.authorization).toBe('Bearer now-there');
    await connection.close();
  });

  it('asks for nothing packed, so that what arrives is what it unpacks to', async () => {
    const connection = server.connect();
    await connection.getJson(maps, {});
    expect(server.requests.at(-1)?.headers['accept-encoding']).toBeUndefined();
    await connection.close();
  });

  it('reads the credentials once for the calls of one second, and then again', async () => {
    const reads = vi.spyOn(KubeConfig.prototype, 'applySecurityAuthentication');
    const connection = server.connect();
    await Promise.all(Array.from({ length: 20 }, () => connection.getJson(maps, {})));
    expect(reads).toHaveBeenCalledTimes(1);
    await until('they are read again', async () => {
      await connection.getJson(maps, {});
      return reads.mock.calls.length === 2;
    });
    reads.mockRestore();
    await connection.close();
  });
});
