import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageSpecSpec } from '../../src/api/imagespec.generated.ts';
import { openAuthority } from '../../tools/cluster/pki.ts';
import { eventually } from '../../tools/eventually.ts';
import { succeed } from '../integration/kubectl.ts';
import { reconfigure } from '../node/configuration.ts';
import { putR, rBase } from '../node/rImage.ts';
import { builtImage, openScene, readyReason, type Scene } from '../node/scene.ts';
import { type CranRepository, startCranRepository } from '../support/servers/cran-repository.ts';

let scene: Scene;
let repository: CranRepository;
let restore: () => Promise<void>;

beforeAll(async () => {
  scene = await openScene('cran');
  const { plain, secured } = scene.cluster.registries;
  const folder = await putR(plain.host);
  // This machine's end of the link to the node.
  const address = scene.cluster.address.replace(/\.\d+$/, '.1');
  repository = await startCranRepository(address, await openAuthority(dirname(secured.ca), 'ca'), folder);
  restore = await reconfigure(scene.cluster, { cran: { mirror: repository.mirror } });
});

afterAll(async () => {
  await restore();
  await repository.stop();
});

/** A spec that is built and never launched: the base has no JupyterHub. */
function withPackages(packages: NonNullable<ImageSpecSpec['packages']>, baseImage = rBase): ImageSpecSpec {
  return { baseImage, packages, jupyterHub: { policy: 'Skip' } };
}

const recent = '2026-11-01';

/** What the packages of the stand-in say of themselves, to the launch user. */
function versions(of: string, image: string, ...names: readonly string[]): Promise<string> {
  const program = `cat(${names.map((name) => `${name}::whichever()`).join(', ')})`;
  return scene.runAsUser(`try-${of}`, image, ['Rscript', '-e', program]);
}

async function logOf(name: string): Promise<string> {
  const job = (await scene.statusOf(name))?.build?.jobName ?? '';
  return succeed(scene.kubectl(['logs', `job/${job}`, '--all-containers']));
}

describe.concurrent('packages of R', () => {
  it('come from the snapshot of a day, as binaries where the mirror has them, and are listed', async () => {
    await scene.apply('snapshot', withPackages({ cran: ['urchin'], cranSnapshot: recent }));
    const image = builtImage(await scene.settled('snapshot'));
    expect(await versions('snapshot', image, 'urchin', 'kelp')).toBe('Succeeded: 0.1.0 1.3.0');
    const log = await logOf('snapshot');
    expect(log).toContain('installing *binary* package ‘kelp’');
    expect(log).toContain('installing *source* package ‘urchin’');
    const listed = await eventually('the packages are listed', 120, async () => {
      const status = await scene.statusOf('snapshot');
      return status?.contents?.configMapName;
    });
    const contents = await succeed(scene.kubectl(['get', 'configmap', listed, '-o', 'jsonpath={.data.build-1\\.txt}']));
    expect(contents).toContain('\nr kelp 1.3.0\n');
    expect(contents).toContain('\nr urchin 0.1.0\n');
  });

  it.each([
    ['older-day', withPackages({ cran: ['kelp'], cranSnapshot: '2026-10-01' })],
    ['from-archive', withPackages({ cran: ['kelp@1.2.0'], cranSnapshot: recent })],
  ])('have the requested version: %s', async (name, spec) => {
    await scene.apply(name, spec);
    expect(await versions(name, builtImage(await scene.settled(name)), 'kelp')).toBe('Succeeded: 1.2.0');
  });
});

describe.concurrent('what R refuses', () => {
  it.each([
    [
      'no-package',
      ['kelpp', 'urchin'],
      'PackageNotFound',
      ['kelpp'],
      'CRAN has no package "kelpp" in packages.cran[0]',
    ],
    ['no-version', ['kelp@9.9'], 'PackageNotFound', ['kelp@9.9'], 'the newest is 1.3.0'],
    ['conflict', ['urchin', 'kelp@1.2.0'], 'DependencyConflict', ['kelp'], '"kelp" in packages.cran[1]'],
    ['no-library', ['oyster'], 'RunFailed', ['oyster'], 'add libxml2-dev to packages.apt'],
  ])('%s', async (name, cran, reason, packages, words) => {
    await scene.apply(name, withPackages({ cran, cranSnapshot: recent }));
    const status = await scene.settled(name);
    expect(status.failure).toMatchObject({ reason, packages, message: expect.stringContaining(words) });
    expect(readyReason(status)).toBe(reason);
  });

  it('is named where the base has no R', async () => {
    await scene.apply('no-r', withPackages({ cran: ['kelp'] }, 'debian:bookworm-slim'));
    const status = await scene.settled('no-r');
    expect(status.failure).toMatchObject({
      reason: 'PackageManagerMissing',
      message: expect.stringContaining('has no R'),
    });
  });
});

describe('a mirror with a login', () => {
  it('opens with packages.credentialsSecret alone, which leaves no trace', async () => {
    repository.lock();
    await scene.apply('no-login', withPackages({ cran: ['kelp@1.3.0'], cranSnapshot: recent }));
    const refused = await scene.settled('no-login');
    expect(refused.failure).toMatchObject({ reason: 'RunFailed', message: expect.stringContaining('could not read') });

    const netrc = `machine ${new URL(repository.mirror).hostname}\nlogin ${repository.username}\npassword ${repository.password}\n`;
    await succeed(scene.kubectl(['create', 'secret', 'generic', 'cran-login', `--from-literal=netrc=${netrc}`]));
    await scene.apply(
      'login',
      withPackages({ cran: ['urchin'], cranSnapshot: recent, credentialsSecret: 'cran-login' }),
    );
    const status = await scene.settled('login');
    const image = builtImage(status);
    expect(await versions('login', image, 'urchin')).toBe('Succeeded: 0.1.0');
    const log = await logOf('login');
    const header = Buffer.from(`${repository.username}:${repository.password}`).toString('base64');
    for (const secret of [repository.password, header]) {
      expect(log).not.toContain(secret);
      expect(JSON.stringify(status)).not.toContain(secret);
    }
  });
});
