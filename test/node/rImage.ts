import { cp, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { kubernetesBinaries } from '../../tools/cluster/artifacts/binaries.ts';
import { cached } from '../../tools/cluster/artifacts/cache.ts';
import { borrowNetwork, runInside } from '../../tools/cluster/artifacts/chroot.ts';
import { run } from '../../tools/cluster/artifacts/run.ts';

/** An image with R as Debian has it. */
export const rBase = 'imagespec-test/r-base:1';

const maker = join(import.meta.dirname, '..', 'support', 'servers', 'make-cran.sh');

/**
 * Puts the image `rBase` into the registry at this host: Debian's, with the package r-base-core.
 * @returns the folder of a repository in the form of CRAN, which that R has made
 */
export async function putR(registry: string): Promise<string> {
  const { crane } = await kubernetesBinaries();
  const source = `${registry}/library/debian:bookworm-slim`;
  const digest = await run(crane, ['digest', '--insecure', source]);
  const folder = await cached('r-layer', ['1', digest, await readFile(maker, 'utf8')], async (draft) => {
    const root = join(draft, 'root');
    await mkdir(root);
    await run('sh', [
      '-c',
      '"$1" export --insecure "$2" - | tar -x -C "$3" --exclude="dev/*"',
      'sh',
      crane,
      source,
      root,
    ]);
    const borrowed = await borrowNetwork(root);
    await runInside(root, 'apt-get', 'update', '--quiet');
    const install = 'DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends r-base-core';
    await runInside(root, 'sh', '-c', `${install} && apt-get clean && rm -rf /var/lib/apt/lists/*`);
    await cp(maker, join(root, 'tmp', 'make-cran.sh'));
    await runInside(root, 'sh', '/tmp/make-cran.sh', '/tmp/cran');
    await cp(join(root, 'tmp', 'cran'), join(draft, 'cran'), { recursive: true });
    const traces = [join(root, 'tmp', 'cran'), join(root, 'tmp', 'make-cran.sh'), ...borrowed];
    await Promise.all(traces.map((path) => rm(path, { recursive: true, force: true })));
    const layer = join(draft, 'layer.tar.gz');
    await run('tar', ['-C', root, '--numeric-owner', '--sort=name', '-I', 'gzip -1', '-cf', layer, '.']);
    await rm(root, { recursive: true, force: true });
  });
  const target = `${registry}/${rBase}`;
  await run(crane, ['append', '--insecure', '--oci-empty-base', '-f', join(folder, 'layer.tar.gz'), '-t', target]);
  const platform = `linux/${process.arch === 'arm64' ? 'arm64' : 'amd64'}`;
  const config = ['--cmd=R', '--env=PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'];
  await run(crane, ['mutate', '--insecure', `--set-platform=${platform}`, ...config, '-t', target, target]);
  return join(folder, 'cran');
}
