import { succeed } from '../integration/kubectl.ts';
import { reconfigure } from '../node/configuration.ts';
import { shell } from '../node/images.ts';
import type { Case } from '../provoked/cases.ts';
import { playAll } from '../provoked/run.ts';
import type { Stage } from '../provoked/stage.ts';

const runtimeClass = 'imagespec-test';
const fine = `FROM ${shell}\nRUN true\n`;

/** Has builds run under a RuntimeClass. The node has one runtime, which the class names; a sandbox would be another one. */
async function prepare({ scene, defer }: Stage): Promise<void> {
  const { cluster, kubectl } = scene;
  const object = {
    apiVersion: 'node.k8s.io/v1',
    kind: 'RuntimeClass',
    metadata: { name: runtimeClass },
    handler: 'runc',
    scheduling: { tolerations: [{ key: 'imagespec.dev/sandbox', operator: 'Exists' }] },
  };
  await succeed(kubectl(['apply', '-f', '-'], JSON.stringify(object)));
  defer(async () => {
    await kubectl(['delete', 'runtimeclass', runtimeClass, '--ignore-not-found']);
  });
  defer(await reconfigure(cluster, { build: { runtimeClassName: runtimeClass } }));
}

const cases: readonly Case[] = [
  {
    id: 'runtime-class',
    provoked: 'build.runtimeClassName names a RuntimeClass of the cluster',
    shows: [{ reason: 'BuildSucceeded' }],
    jobs: 1,
    provoke: (place) => place.apply({ dockerfile: fine }),
    afterwards: async ({ namespace }, { journal }) => {
      const [pod] = journal.pods(namespace);
      // The API server adds the tolerations of the class to each Pod that has it.
      const isOfClass = pod?.spec?.tolerations?.some(({ key }) => key === 'imagespec.dev/sandbox');
      if (pod?.spec?.runtimeClassName !== runtimeClass || isOfClass !== true) {
        throw new Error(`the Pod has the RuntimeClass ${pod?.spec?.runtimeClassName}`);
      }
    },
  },
  {
    id: 'runtime-class-missing',
    provoked: 'build.runtimeClassName names no RuntimeClass',
    shows: [{ reason: 'BuildPodRefused' }],
    jobs: 1,
    provoke: async (place, { scene }) => {
      await succeed(scene.kubectl(['delete', 'runtimeclass', runtimeClass]));
      return place.apply({ dockerfile: fine });
    },
  },
];

playAll('lifecycle', 'sandboxes of builds', 'oneByOne', cases, prepare);
