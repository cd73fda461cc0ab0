import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../tools/eventually.ts';
import { samplesFolder, shownSamples } from '../../tools/samples.ts';
import { succeed } from '../integration/kubectl.ts';
import { builtImage, openScene, type Scene } from '../node/scene.ts';

let scene: Scene;

/** A sample, and a command that shows as uid 1000 in its image that it contains the requested packages. */
interface Sample {
  readonly file: string;
  readonly name: string;
  readonly command: readonly string[];
  readonly prints: RegExp;
}

const importAstropy = ['python', '-c', 'import astropy, os; print(astropy.__version__, os.getuid())'];
const astropyVersion = /^Succeeded: \d+\.\d+\S* 1000\s*$/;

const table: readonly Sample[] = [
  { file: 'package-list.yaml', name: 'astropy', command: importAstropy, prints: astropyVersion },
  { file: 'dockerfile.yaml', name: 'astropy-dockerfile', command: importAstropy, prints: astropyVersion },
  { file: 'guideline-package-list.yaml', name: 'guideline', command: importAstropy, prints: astropyVersion },
  { file: 'guideline-dockerfile.yaml', name: 'guideline-dockerfile', command: importAstropy, prints: astropyVersion },
  {
    file: 'dockerfile-infuseai.yaml',
    name: 'astropy-infuseai-dockerfile',
    command: importAstropy,
    prints: astropyVersion,
  },
  { file: 'infuseai-docker-hub.yaml', name: 'astropy-infuseai', command: importAstropy, prints: astropyVersion },
  {
    file: 'environment-variables.yaml',
    name: 'with-variables',
    command: ['sh', '-c', String.raw`printf '%s\n' "$MPLBACKEND" "$GREETING" "$PATTERN"`],
    prints: /^Succeeded: agg\nit costs "5 \$USD"\nC:\\data\\\*\.csv #1\n$/,
  },
  { file: 'job-image.yaml', name: 'report-job', command: ['jq', '-n', '6 * 7'], prints: /^Succeeded: 42\s*$/ },
];

beforeAll(async () => {
  scene = await openScene('samples');
  await succeed(scene.kubectl(['apply', ...table.flatMap(({ file }) => ['-f', join(samplesFolder, file)])]));
});

describe('a sample for each row of the guideline', () => {
  it.each(table)('$file is built, pulled by digest, and works as uid 1000', async ({ name, command, prints }) => {
    const image = builtImage(await scene.settled(name));
    expect(await scene.runAsUser(`try-${name}`, image, command)).toMatch(prints);
  });

  const shown = table.filter(({ file }) => shownSamples.includes(file));

  it.each(shown)('$file gets the verdict that README.md shows', async ({ name }) => {
    const verdict = await eventually(`${name} has a verdict`, 300, async () =>
      (await scene.settled(name)).conditions?.find(
        ({ type, status }) => type === 'JupyterHubCompatible' && status !== 'Unknown',
      ),
    );
    expect(verdict.reason).toBe('LaunchVerified');
  });

  it('the one that needs a token waits for its Secret', async () => {
    const { kubectl } = scene;
    await succeed(kubectl(['apply', '-f', join(samplesFolder, 'infuseai-gitlab.yaml')]));
    const reason = 'jsonpath={.status.conditions[?(@.type=="Ready")].reason}=WaitingForSecret';
    await succeed(kubectl(['wait', 'imagespec/astropy-infuseai-gitlab', `--for=${reason}`, '--timeout=60s']));
    const message = await succeed(
      kubectl([
        'get',
        'imagespec',
        'astropy-infuseai-gitlab',
        '-o',
        'jsonpath={.status.conditions[?(@.type=="Ready")].message}',
      ]),
    );
    expect(message).toContain('Secret "infuseai-gitlab" does not exist');
    await succeed(kubectl(['delete', 'imagespec', 'astropy-infuseai-gitlab']));
  });

  it('an image for jobs has no verdict about JupyterHub', async () => {
    const { conditions } = await scene.settled('report-job');
    expect(conditions?.map(({ type }) => type)).not.toContain('JupyterHubCompatible');
  });
});
