import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { succeed } from '../integration/kubectl.ts';
import { builtImage, openScene, type Scene } from '../node/scene.ts';

const samples = join(import.meta.dirname, '..', '..', 'deploy', 'samples');
const verdictSeconds = 180;

let scene: Scene;
const names = new Map<string, string>();

beforeAll(async () => {
  scene = await openScene('core-guideline');
  for (const file of ['package-list.yaml', 'dockerfile.yaml']) {
    const printed = await succeed(scene.kubectl(['apply', '-f', join(samples, file), '-o', 'name']));
    names.set(file, printed.trim().split('/')[1] ?? '');
  }
});

/** The one column of `kubectl get imagespecs` after the name, by its place. */
async function columns(name: string): Promise<readonly string[]> {
  const table = await succeed(scene.kubectl(['get', 'imagespecs', name, '--no-headers']));
  return table.trim().split(/\s+/);
}

describe.concurrent("both ways of the guideline, built by the operator's own image and pulled by digest", () => {
  it.each(['package-list.yaml', 'dockerfile.yaml'])('%s: astropy imports as uid 1000', async (file) => {
    const name = names.get(file) ?? '';
    const image = builtImage(await scene.settled(name));
    const program = 'import astropy, os; print(astropy.__version__, os.getuid())';
    const printed = await scene.runAsUser(`try-${name}`, image, ['python', '-c', program]);
    expect(printed).toMatch(/^Succeeded: \d+\.\d+\S* 1000\s*$/);
  });

  it.each(['package-list.yaml', 'dockerfile.yaml'])(
    '%s: launched as JupyterHub would, and so the table says',
    async (file) => {
      const name = names.get(file) ?? '';
      const { image } = await scene.settled(name);
      const wait = ['--for=condition=JupyterHubCompatible', `--timeout=${verdictSeconds}s`];
      await succeed(scene.kubectl(['wait', `imagespec/${name}`, ...wait]));
      const [, ready, status, verdict, , shown] = await columns(name);
      expect({ ready, status, verdict, shown }).toEqual({
        ready: 'True',
        status: 'BuildSucceeded',
        verdict: 'LaunchVerified',
        shown: image,
      });
    },
  );
});
