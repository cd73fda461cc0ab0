import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { labels } from '../../src/api/names.ts';
import { succeed } from '../integration/kubectl.ts';
import { builtImage, openScene, type Scene } from '../node/scene.ts';

let scene: Scene;

beforeAll(async () => {
  scene = await openScene('jobs');
});

const sample = join(import.meta.dirname, '..', '..', 'deploy', 'samples', 'job-image.yaml');

it('a plain Kubernetes Job runs in an image for jobs, which the operator never launched as a server', async () => {
  const { kubectl } = scene;
  await succeed(kubectl(['apply', '-f', sample]));
  const status = await scene.settled('report-job');
  const image = builtImage(status);
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'nightly-report' },
    spec: {
      backoffLimit: 0,
      template: {
        spec: {
          restartPolicy: 'Never',
          containers: [
            { name: 'report', image, command: ['sh', '-c', `echo '{"rows": [20, 22]}' | jq '.rows | add'`] },
          ],
        },
      },
    },
  };
  await succeed(kubectl(['create', '-f', '-'], JSON.stringify(job)));
  await succeed(kubectl(['wait', 'job/nightly-report', '--for=condition=Complete', '--timeout=300s']));
  expect(await succeed(kubectl(['logs', 'job/nightly-report']))).toBe('42\n');
  // The image is what it says: no JupyterHub in it.
  expect(
    await scene.runAsUser('look-for-hub', image, ['sh', '-c', 'command -v jupyterhub-singleuser || echo none']),
  ).toBe('Succeeded: none\n');

  const verdicts = status.conditions?.filter(({ type }) => type === 'JupyterHubCompatible' || type === 'Published');
  expect(verdicts).toEqual([]);
  const uid = await succeed(kubectl(['get', 'imagespec', 'report-job', '-o', 'jsonpath={.metadata.uid}']));
  const pods = ['get', 'pods', '-o', 'name', '-l', `${labels.uid}=${uid},${labels.role}=probe`];
  expect(await succeed(kubectl(pods))).toBe('');
});
