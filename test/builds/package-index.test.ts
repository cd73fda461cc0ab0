import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { kubernetesBinaries } from '../../tools/cluster/artifacts/binaries.ts';
import { run } from '../../tools/cluster/artifacts/run.ts';
import { openAuthority } from '../../tools/cluster/pki.ts';
import { succeed } from '../integration/kubectl.ts';
import { builtImage, openScene, readyReason, type Scene } from '../node/scene.ts';
import { type PackageIndex, startPackageIndex } from '../support/servers/package-index.ts';

let scene: Scene;
let index: PackageIndex;

beforeAll(async () => {
  scene = await openScene('package-index');
  const { ca } = scene.cluster.registries.secured;
  // This machine's end of the link to the node.
  const address = scene.cluster.address.replace(/\.\d+$/, '.1');
  index = await startPackageIndex(address, await openAuthority(dirname(ca), 'ca'), [
    { index: '/simple', name: 'imagespec-sample', version: '1.0' },
    { index: '/cu124', name: 'imagespec-torch', version: '2.5.1+cu124' },
  ]);
});

afterAll(() => index.stop());

const base = 'jupyter/minimal-notebook';

function indexes(): string[] {
  return [`https://${index.host}/simple`, `https://${index.host}/cu124`];
}

it('waits for the Secret, then installs from a private index and leaves no trace of the credential', async () => {
  const { kubectl, apply, settled, runAsUser } = scene;
  await apply('private-index', {
    baseImage: base,
    packages: {
      pip: ['imagespec-sample', 'imagespec-torch==2.5.1+cu124'],
      pipIndexes: indexes(),
      credentialsSecret: 'indexes',
    },
    build: { args: [{ name: 'PIP_RETRIES', value: '1' }] },
  });
  await succeed(
    kubectl([
      'wait',
      'imagespec/private-index',
      '--for=jsonpath={.status.conditions[?(@.type=="Ready")].reason}=WaitingForSecret',
      '--timeout=60s',
    ]),
  );
  const [host = ''] = index.host.split(':');
  const netrc = `machine ${host}\nlogin ${index.username}\npassword ${index.password}\n`;
  await succeed(kubectl(['create', 'secret', 'generic', 'indexes', `--from-literal=netrc=${netrc}`]));

  const status = await settled('private-index');
  const image = builtImage(status);
  expect(index.served()).toBeGreaterThan(0);
  const program =
    'import os, imagespec_sample, imagespec_torch; print(imagespec_sample.__version__, imagespec_torch.__version__, os.environ.get("NETRC"), os.environ.get("PIP_RETRIES"))';
  expect(await runAsUser('try-private-index', image, ['python', '-c', program])).toBe(
    'Succeeded: 1.0 2.5.1+cu124 None None\n',
  );

  const job = status.build?.jobName ?? '';
  const logs = await succeed(kubectl(['logs', `job/${job}`, '--all-containers']));
  const secrets = [index.password, Buffer.from(`${index.username}:${index.password}`).toString('base64')];
  for (const secret of secrets) {
    expect(JSON.stringify(status)).not.toContain(secret);
    expect(logs).not.toContain(secret);
  }
  expect(await findInImage(image, secrets)).toEqual([]);
  // The search finds what is there: the module that the build added.
  expect(await findInImage(image, ['__version__ = "2.5.1+cu124"'])).toHaveLength(1);
});

it('says that the package was not found when the index takes no credential', async () => {
  await scene.apply('no-credential', {
    baseImage: base,
    packages: { pip: ['imagespec-sample'], pipIndexes: indexes() },
  });
  const status = await scene.settled('no-credential');
  expect(readyReason(status)).toBe('PackageNotFound');
  expect(status.failure?.packages).toEqual(['imagespec-sample']);
});

const manifestSchema = z.object({ layers: z.array(z.object({ digest: z.string() })) });

/** Where in an image one of the texts is: `config`, or the digest of a layer. */
async function findInImage(image: string, texts: readonly string[]): Promise<readonly string[]> {
  const { crane } = await kubernetesBinaries();
  const repository = image.slice(0, image.indexOf('@'));
  const manifest = manifestSchema.parse(JSON.parse(await run(crane, ['manifest', '--insecure', image])));
  const config = await run(crane, ['config', '--insecure', image]);
  const places = texts.some((text) => config.includes(text)) ? ['config'] : [];
  const patterns = texts.flatMap((text) => ['-e', text]);
  for (const { digest } of manifest.layers) {
    const script =
      'crane=$1 blob=$2; shift 2; "$crane" blob --insecure "$blob" | gzip -dc | grep -a -c -F "$@" || true';
    const count = await run('sh', ['-c', script, 'sh', crane, `${repository}@${digest}`, ...patterns]);
    places.push(...(Number(count) > 0 ? [digest] : []));
  }
  return places;
}
