import { randomBytes } from 'node:crypto';
import { kubernetesBinaries } from '../../tools/cluster/artifacts/binaries.ts';
import { run } from '../../tools/cluster/artifacts/run.ts';
import { succeed } from '../integration/kubectl.ts';
import { reconfigure } from '../node/configuration.ts';
import { unknownName } from '../node/front.ts';
import { shell } from '../node/images.ts';
import { imagePullGraceSeconds } from '../node/settings.ts';
import type { Case } from '../provoked/cases.ts';
import { playAll } from '../provoked/run.ts';
import { type Stage, trustForPulling } from '../provoked/stage.ts';

const kaniko = 'osscontainertools/kaniko';
const fine = `FROM ${shell}\nRUN true\n`;

/** Has the node pull the builder's image through the front, which can refuse it. */
async function pullThroughFront(stage: Stage): Promise<void> {
  const { front, scene } = stage;
  // A name of its own: what the node has pulled once it does not pull again.
  const tag = randomBytes(4).toString('hex');
  const { crane } = await kubernetesBinaries();
  await run(crane, ['tag', '--insecure', `${scene.cluster.registries.plain.host}/${kaniko}:v1.28.3`, tag]);
  stage.defer(await trustForPulling(stage, front.host));
  const deployment = ['-n', 'imagespec-operator-system', 'get', 'deployment', 'imagespec-operator'];
  const path = 'jsonpath={.spec.template.spec.containers[0].image}';
  const operator = await succeed(scene.kubectl([...deployment, '-o', path]));
  stage.defer(await reconfigure(scene.cluster, { images: { operator, kaniko: `${front.host}/${kaniko}:${tag}` } }));
}

const cases: readonly Case[] = [
  {
    id: 'builder-image-missing',
    provoked: `the builder's image cannot be pulled for longer than build.imagePullGraceSeconds: ${imagePullGraceSeconds}`,
    shows: [{ reason: 'BuilderUnavailable', failure: 'BuilderUnavailable' }],
    jobs: 1,
    provoke: (place, { front }) => {
      front.answer(kaniko, unknownName);
      return place.apply({ dockerfile: fine });
    },
  },
  {
    id: 'builder-image-flap',
    provoked: "the builder's image cannot be pulled for 20 s",
    shows: [{ reason: 'BuildSucceeded' }],
    jobs: 1,
    provoke: async (place, { front, journal }) => {
      const before = front.refused(kaniko);
      const at = await place.apply({ dockerfile: fine });
      await journal.until('the kubelet has tried in vain, and 20 s have passed', 60, () => {
        // The kubelet shows the previous try: an observer sees its back-off only when the next try begins.
        const waits = journal.pods(place.namespace)[0]?.status?.initContainerStatuses?.[1]?.state?.waiting?.reason;
        const inVain = waits === 'ErrImagePull' || waits === 'ImagePullBackOff';
        return inVain && front.refused(kaniko) > before && Date.now() > at + 20_000 ? waits : undefined;
      });
      front.answer(kaniko, null);
      return at;
    },
  },
];

playAll('lifecycle', "the builder's image", 'oneByOne', cases, pullThroughFront);
