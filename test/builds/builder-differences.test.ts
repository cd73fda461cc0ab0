import { beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../tools/eventually.ts';
import { succeed } from '../integration/kubectl.ts';
import { putShell, shell } from '../node/images.ts';
import { openScene, type Scene } from '../node/scene.ts';
import { builderDifferences } from '../support/inputs/builders.ts';

const seconds = 300;
/** The image of the operator's configuration. */
const kaniko = 'ghcr.io/osscontainertools/kaniko:v1.28.3';

let scene: Scene;

beforeAll(async () => {
  scene = await openScene('builder-differences');
  await putShell(scene.cluster.registries.plain.host);
});

/** Kaniko's log of a Dockerfile that no lint has seen, built as a build Pod of the operator builds. */
async function logOf(name: string, text: string, args: readonly { readonly name: string; readonly value: string }[]) {
  const { kubectl, cluster } = scene;
  const { host } = cluster.registries.plain;
  const dockerfile = text.replaceAll('BASE', `${host}/${shell}`);
  const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { Dockerfile: dockerfile } };
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: {
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      containers: [
        {
          name: 'build',
          image: kaniko,
          args: [
            '--dockerfile=/dockerfile/Dockerfile',
            '--context=dir:///dockerfile',
            '--no-push',
            '--snapshot-mode=redo',
            '--force',
            '--log-timestamp=false',
            `--insecure-registry=${host}`,
            ...args.map((arg) => `--build-arg=${arg.name}=${arg.value}`),
          ],
          volumeMounts: [{ name: 'dockerfile', mountPath: '/dockerfile' }],
        },
      ],
      volumes: [{ name: 'dockerfile', configMap: { name } }],
    },
  };
  for (const object of [config, pod]) {
    await succeed(kubectl(['create', '-f', '-'], JSON.stringify(object)));
  }
  const phase = await eventually(`Pod ${name} ends`, seconds, async () => {
    const printed = await succeed(kubectl(['get', 'pod', name, '-o', 'jsonpath={.status.phase}']));
    return printed === 'Succeeded' || printed === 'Failed' ? printed : undefined;
  });
  return { phase, log: await succeed(kubectl(['logs', name])) };
}

describe('Kaniko does otherwise than Docker', () => {
  it.concurrent.each(builderDifferences.map((one, index) => [one.what, one, index] as const))(
    '%s',
    async (_, { dockerfile, args = [], shows }, index) => {
      const { phase, log } = await logOf(`difference-${index}`, dockerfile, args);
      expect({ phase, log }).toMatchObject({ phase: 'Succeeded', log: expect.stringMatching(shows) });
    },
  );
});
