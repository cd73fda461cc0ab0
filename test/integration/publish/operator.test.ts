import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/parse.ts';
import { connect } from '../../../src/kubernetes/client/connection.ts';
import { systemClock } from '../../../src/kubernetes/clock.ts';
import { startOperator } from '../../../src/reconcile/operator.ts';
import { eventually } from '../../../tools/eventually.ts';
import { typed } from '../../support/apiserver/typed.ts';
import { succeed } from '../kubectl.ts';
import { openPlace, type Place } from '../place.ts';
import { readImageSpec } from '../statuses.ts';

const refused = JSON.stringify({
  apiVersion: 'imagespec.dev/v1alpha1',
  kind: 'ImageSpec',
  metadata: { name: 'refused' },
  spec: { baseImage: 'jupyter/minimal-notebook', packages: { pip: ['--no-index'] } },
});

let place: Place;

beforeAll(async () => {
  place = await openPlace('wired');
});

afterAll(() => place.admin.close());

describe('publisher', () => {
  it('is part of the operator, which says in the condition what became of the image', async () => {
    const { cluster, kubectl, admin, namespace } = place;
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
      clock: systemClock,
      leaseClock: systemClock,
      log: () => {},
      configState: { isCurrent: true },
      leaseName: 'imagespec-operator',
      namespace: 'wired',
      instance: 'test',
      health: { host: '127.0.0.1', port: 0 },
      lost: () => {},
    });
    try {
      await succeed(kubectl(['create', '-f', '-'], refused));
      const condition = await eventually('the condition', 40, async () => {
        const { status } = await readImageSpec(admin, namespace, 'refused');
        return status.conditions?.find((one) => one.type === 'Published' && one.message.includes('failed'));
      });
      expect(condition).toMatchObject({ status: 'Unknown', reason: 'BuildNotComplete' });
      expect(condition.message).toContain('wired/wired');
      // The condition is immediate; the list gathers changes before it is written.
      await eventually('the list says so too', 40, async () => {
        const { data } = await typed(admin).core.readNamespacedConfigMap({ namespace, name: 'wired' });
        expect(JSON.parse(data?.['unavailable.json'] ?? '')).toMatchObject([
          { slug: 'wired_refused', state: 'failed' },
        ]);
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
