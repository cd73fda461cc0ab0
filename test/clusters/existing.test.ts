import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { run } from '../../tools/cluster/artifacts/run.ts';
import type { LightCluster } from '../../tools/cluster/cluster.ts';
import { existingCluster } from '../../tools/cluster/providers/existing.ts';
import { openCluster, startLight } from '../../tools/cluster/start.ts';

let light: LightCluster;

beforeAll(async () => {
  light = await startLight('existing');
});

afterAll(async () => {
  await light.stop();
});

describe('an existing cluster', () => {
  it('is used through a copy of the kubeconfig, and is left as it was', async () => {
    vi.stubEnv('KUBECONFIG', light.kubeconfig);
    vi.stubEnv('IMAGESPEC_CLUSTER', 'existing:imagespec');
    const cluster = await openCluster('by-name', 'process');
    expect(cluster.provider).toBe('existing');
    const namespaces = await run(light.kubectl, ['get', 'namespaces', '-o', 'name'], {
      env: { KUBECONFIG: cluster.kubeconfig },
    });
    expect(namespaces).toContain('namespace/default');
    await cluster.stop();
    expect(existsSync(cluster.kubeconfig)).toBe(false);
    expect(await run(light.kubectl, ['get', '--raw', '/readyz'])).toBe('ok');
  });

  it('that the kubeconfig does not know is refused with the contexts that it has', async () => {
    vi.stubEnv('KUBECONFIG', light.kubeconfig);
    await expect(existingCluster('production')).rejects.toThrow('no context "production": it has imagespec');
  });

  it('is refused where there is no kubeconfig', async () => {
    vi.stubEnv('KUBECONFIG', join(light.folder, 'absent'));
    await expect(existingCluster('production')).rejects.toThrow('absent');
  });
});
