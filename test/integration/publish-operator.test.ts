import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageSpecStatus } from '../../src/api/imagespec.generated.ts';
import { parseConfig } from '../../src/config/parse.ts';
import { connect } from '../../src/kubernetes/connection.ts';
import { startOperator } from '../../src/reconcile/operator.ts';
import type { LightCluster } from '../../tools/cluster/cluster.ts';
import { untilServed } from '../../tools/cluster/served.ts';
import { startLight } from '../../tools/cluster/start.ts';
import { eventually } from '../support/eventually.ts';
import { type Kubectl, kubectlOf, succeed } from './kubectl.ts';

const refused = JSON.stringify({
  apiVersion: 'imagespec.dev/v1alpha1',
  kind: 'ImageSpec',
  metadata: { name: 'refused' },
  spec: { baseImage: 'jupyter/minimal-notebook', packages: { pip: ['--no-index'] } },
});

let cluster: LightCluster;
let kubectl: Kubectl;

beforeAll(async () => {
  cluster = await startLight('publish-operator');
  kubectl = kubectlOf(cluster.kubectl);
  await succeed(kubectl(['create', 'namespace', 'wired']));
  await succeed(kubectl(['create', '-f', join(import.meta.dirname, '..', '..', 'deploy', 'install.yaml')]));
  await untilServed(cluster.kubectl);
});

afterAll(() => cluster.stop());

describe('publisher', () => {
  it('is part of the operator, which says in the condition what became of the image', async () => {
    const config = parseConfig(`
images: {operator: "example.com/operator:1"}
watch: {namespaces: [wired]}
jupyterHub: {publish: [{namespace: wired, configMap: wired}]}
`);
    if (!config.ok) {
      throw new Error(config.failure);
    }
    const running = await startOperator({
      config: config.value,
      connection: connect({ is: 'kubeconfig', path: cluster.kubeconfig }, { userAgent: 'test' }),
      leaseConnection: connect({ is: 'kubeconfig', path: cluster.kubeconfig }, { userAgent: 'test', timeoutMs: 3000 }),
      log: () => {},
      namespace: 'wired',
      instance: 'test',
      health: { host: '127.0.0.1', port: 0 },
      lost: () => {},
    });
    try {
      await succeed(kubectl(['create', '-n', 'wired', '-f', '-'], refused));
      const condition = await eventually('the condition', 40, async () => {
        const { status }: { status?: ImageSpecStatus } = JSON.parse(
          await succeed(kubectl(['get', 'imagespec', 'refused', '-n', 'wired', '-o', 'json'])),
        );
        return status?.conditions?.find((one) => one.type === 'Published' && one.message.includes('failed'));
      });
      expect(condition).toMatchObject({ status: 'Unknown', reason: 'BuildNotComplete' });
      expect(condition.message).toContain('wired/wired');
      // The condition tells of the ImageSpec at once; the list gathers changes before it is written.
      await eventually('the list says so too', 40, async () => {
        const unavailable = ['get', 'configmap', 'wired', '-n', 'wired', '-o', 'jsonpath={.data.unavailable\\.json}'];
        const listed = JSON.parse(await succeed(kubectl(unavailable)));
        expect(listed).toMatchObject([{ slug: 'wired_refused', state: 'failed' }]);
        return true;
      });
      await eventually('the metrics count it', 40, async () => {
        const metrics = await (await fetch(`http://127.0.0.1:${running.healthPort}/metrics`)).text();
        expect(metrics).toContain('imagespec_published_images{list="wired/wired",state="unavailable"} 1');
        return true;
      });
    } finally {
      await running.stop();
    }
  });
});
