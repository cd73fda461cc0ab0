import { expect, it } from 'vitest';
import { parseContents } from '../../src/jupyterhub/contents/log.ts';
import { contentsCommand } from '../../src/jupyterhub/contents/script.ts';
import type { Package } from '../../src/packages/contents/contents.ts';
import { openScene } from '../node/scene.ts';

const between = '---- what the managers say';

/** Runs the script as the operator would, and then asks the managers themselves. */
const program = [
  'mamba install --yes --quiet kelp conda-forge::tidepool=1.0.0 >/dev/null 2>&1',
  '/bin/sh -c "$0"',
  ...[
    "dpkg-query -W -f '${Package} ${Version}\\n'",
    'python -m pip list --format=freeze 2>/dev/null',
    'conda list',
  ].flatMap((command) => [`echo '${between}'`, command]),
].join('\n');

function namesAndVersions(packages: readonly Package[]): readonly string[] {
  return packages.map(({ name, version }) => `${name} ${version}`).toSorted();
}

function lines(text: string | undefined, separator: string): readonly string[] {
  return (text ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(separator, ' '))
    .toSorted();
}

it('lists of an image what dpkg, pip and conda say themselves, in the log of a Pod of the launch user', async () => {
  const scene = await openScene('contents');
  const command = ['/bin/sh', '-c', program, contentsCommand[2] ?? ''];
  const output = await scene.runAsUser('contents', 'jupyter/minimal-notebook', command);
  expect(output).toMatch(/^Succeeded: /);
  const [log = '', dpkg, pip, conda] = output.slice('Succeeded: '.length).split(`${between}\n`);
  const contents = parseContents(log);
  if (!contents.ok) {
    throw new Error(contents.failure);
  }
  const { value } = contents;
  expect(value.omitted).toBe(0);
  expect(value.apt.length).toBeGreaterThan(50);
  expect(namesAndVersions(value.apt)).toEqual(lines(dpkg, ' '));
  expect(namesAndVersions(value.pip.filter(({ environment }) => environment === ''))).toEqual(lines(pip, '=='));
  expect(namesAndVersions(value.conda)).toEqual(expect.arrayContaining(['kelp 0.3.0', 'tidepool 1.0.0']));
  expect(namesAndVersions(value.conda)).toEqual(lines(conda, ' '));
});
