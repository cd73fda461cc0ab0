import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubernetesBinaries } from '../../tools/cluster/artifacts/binaries.ts';
import { run } from '../../tools/cluster/artifacts/run.ts';
import type { LocalCluster } from '../../tools/cluster/cluster.ts';
import { startLight, startLocal, uniqueName } from '../../tools/cluster/start.ts';
import { eventually } from '../../tools/eventually.ts';

/** An image that is in the registry of every node. */
const image = 'jupyter/minimal-notebook';

describe.skipIf(process.getuid?.() !== 0)('a local node', { timeout: 240_000 }, () => {
  let node: LocalCluster;
  const kubectl = (...argv: readonly string[]) => run(node.kubectl, argv);

  beforeAll(async () => {
    node = await startLocal(uniqueName('node'), 'process');
  }, 600_000);

  afterAll(async () => {
    await node.stop();
  });

  it('runs a Pod from an image under its public name, as uid 1000; kubectl logs and exec work', async () => {
    await kubectl('run', 'shell', `--image=${image}`, '--command', '--', 'sh', '-c', 'id -u; sleep 3600');
    await kubectl('wait', 'pod/shell', '--for=condition=Ready', '--timeout=120s');
    // Ready says that the container runs, not that it has printed already.
    const log = await eventually('it has printed', 40, async () => (await kubectl('logs', 'shell')) || undefined);
    expect(log).toBe('1000\n');
    expect(await kubectl('exec', 'shell', '--', 'cat', '/etc/hostname')).toBe('shell\n');
  });

  it('lets a Pod reach the API server, both registries, and a Service of its own node', async () => {
    await kubectl('run', 'server', `--image=${image}`, '--command', '--', 'python3', '-m', 'http.server', '8888');
    await kubectl('wait', 'pod/server', '--for=condition=Ready', '--timeout=120s');
    await kubectl('expose', 'pod/server', '--port=80', '--target-port=8888');
    const service = await kubectl('get', 'service/server', '-o', 'jsonpath={.spec.clusterIP}');
    const apiServer = await kubectl('get', 'service/kubernetes', '-o', 'jsonpath={.spec.clusterIP}');
    const ask = (url: string) =>
      kubectl(
        'exec',
        'server',
        '--',
        'python3',
        '-c',
        `import ssl, sys, urllib.request, urllib.error
try: print(urllib.request.urlopen(sys.argv[1], timeout=20, context=ssl._create_unverified_context()).status)
except urllib.error.HTTPError as error: print(error.code)`,
        url,
      );
    // A Service that is seconds old may not be in the node's rules yet.
    await eventually('the Service answers', 60, async () =>
      (await ask(`http://${service}/`)) === '200\n' ? true : undefined,
    );
    expect(await ask(`https://${apiServer}/`)).toBe('403\n');
    expect(await ask(`${node.registries.plain.url}/v2/`)).toBe('200\n');
    expect(await ask(`${node.registries.secured.url}/v2/`)).toBe('401\n');
  });

  it('pulls from the registry with authentication and TLS by a pull secret, and not without', async () => {
    const { plain, secured } = node.registries;
    const { crane } = await kubernetesBinaries();
    const target = `${secured.host}/private/pause:1`;
    const env = { SSL_CERT_FILE: secured.ca, DOCKER_CONFIG: node.folder };
    await run(crane, ['auth', 'login', secured.host, '-u', secured.username, '-p', secured.password], { env });
    await run(crane, ['copy', '--insecure', `${plain.host}/pause:3.10`, target], { env });
    await kubectl(
      'create',
      'secret',
      'docker-registry',
      'pull',
      `--docker-server=${secured.host}`,
      `--docker-username=${secured.username}`,
      `--docker-password=${secured.password}`,
    );
    const overrides = JSON.stringify({ spec: { imagePullSecrets: [{ name: 'pull' }] } });
    await kubectl('run', 'without', `--image=${target}`);
    // Two words for one failure, which take turns; the first may be over before it is seen.
    const reason = 'jsonpath={.status.containerStatuses[0].state.waiting.reason}';
    await eventually('the pull has failed', 60, async () =>
      /^(?:ErrImagePull|ImagePullBackOff)$/.test(await kubectl('get', 'pod/without', '-o', reason)) ? true : undefined,
    );
    await kubectl('run', 'with', `--image=${target}`, `--overrides=${overrides}`);
    await kubectl('wait', 'pod/with', '--for=condition=Ready', '--timeout=120s');
    expect(await kubectl('get', 'pod/without', '-o', 'jsonpath={.status.phase}')).toBe('Pending');
  });

  it('stands beside another node and beside a light cluster', async () => {
    const [other, light] = await Promise.all([startLocal(uniqueName('other'), 'process'), startLight('beside')]);
    try {
      expect(other.address).not.toBe(node.address);
      await run(other.kubectl, ['run', 'shell', '--image=debian:bookworm-slim', '--command', '--', 'sleep', '3600']);
      await run(other.kubectl, ['wait', 'pod/shell', '--for=condition=Ready', '--timeout=120s']);
      expect(await run(light.kubectl, ['get', 'nodes', '-o', 'name'])).toBe('');
      expect(await kubectl('get', 'nodes', '-o', 'name')).toBe(`node/${node.name}\n`);
    } finally {
      await Promise.all([other.stop(), light.stop()]);
    }
    expect(await kubectl('get', '--raw', '/readyz')).toBe('ok');
  });
});
