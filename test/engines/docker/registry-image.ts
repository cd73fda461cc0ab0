import { createReadStream } from 'node:fs';
import { cp, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { getContainerRuntimeClient, ImageName } from 'testcontainers';
import { cached } from '../../../tools/cluster/artifacts/cache.ts';
import { unpacked } from '../../../tools/cluster/artifacts/debian.ts';
import { run } from '../../../tools/cluster/artifacts/run.ts';
import { say } from '../../../tools/cluster/progress.ts';

/** Enough for `registry` and `sh`. */
const packages = ['docker-registry', 'libc6', 'busybox-static'];

/**
 * Sees to it that the engine has `image`, docker.io's registry: pulled, or where no registry can be reached a stand-in
 * with Debian's build of the same program.
 */
export async function provideRegistryImage(image: string): Promise<void> {
  const { container, image: images } = await getContainerRuntimeClient();
  const name = ImageName.fromString(image);
  if (await images.exists(name)) return;
  const pulled = await images.pull(name).then(
    () => true,
    () => false,
  );
  if (pulled) return;
  const archive = createReadStream(await standIn());
  const progress = await container.dockerode.importImage(archive, { repo: name.image, tag: name.tag });
  await new Promise<void>((resolve, reject) => {
    container.dockerode.modem.followProgress(progress, (error) => (error === null ? resolve() : reject(error)));
  });
  say(`  ${image} is a stand-in made from Debian's docker-registry, since the real image cannot be had`);
}

/** Path of the archive of its root file system. */
async function standIn(): Promise<string> {
  const files = await unpacked('registry-files', packages, 'alone');
  const folder = await cached('registry-image', [files], async (draft) => {
    const root = join(draft, 'root');
    await cp(join(files, 'root'), root, { recursive: true, verbatimSymlinks: true });
    for (const path of ['etc', 'tmp', 'var/lib/registry']) await mkdir(join(root, path), { recursive: true });
    await symlink('docker-registry', join(root, 'usr', 'bin', 'registry'));
    for (const program of ['sh', 'sleep', '[']) await symlink('/bin/busybox', join(root, 'usr', 'bin', program));
    await run('tar', ['-C', root, '--numeric-owner', '--sort=name', '-cf', join(draft, 'image.tar'), '.']);
    await run('rm', ['-rf', '--', root]);
  });
  return join(folder, 'image.tar');
}
