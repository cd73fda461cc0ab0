import { chmod, copyFile, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { foreignNode } from '../../cluster/artifacts/nodePrograms.ts';
import { run } from '../../cluster/artifacts/run.ts';
import { pack } from '../archive.ts';
import { bundling } from '../bundling.ts';
import { archiveName, type CliArchive, executableName, type Target } from '../documents/krew.ts';
import { type Project, root } from '../project.ts';

/** Where Node.js looks for what was put into it (Node.js, "Single executable applications"). */
const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';
const ownNode = join(root, 'node_modules', 'node', 'bin', 'node');

/** One platform's archive, or why there is none. */
export type Made =
  | { readonly is: 'made'; readonly archive: CliArchive; readonly signed: 'signed' | 'unsigned' | 'not needed' }
  | { readonly is: 'left out'; readonly target: Target; readonly why: string };

/**
 * Makes the command line as one executable a platform: a Node.js of the same version as ours with our bundle in it. A platform
 * whose Node.js cannot be had is left out, with the reason.
 *
 * @param out folder of the release.
 */
export async function buildExecutables(
  project: Project,
  targets: readonly Target[],
  out: string,
): Promise<readonly Made[]> {
  const work = join(out, 'program.work');
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  const blob = await makeBlob(work);
  const version = (await run(ownNode, ['--version'])).trim().slice(1);
  const made: Made[] = [];
  for (const target of targets) {
    made.push(await makeOne(project, target, version, blob, work, out));
  }
  await rm(work, { recursive: true });
  return made;
}

/** Bundles the command line into one file, and puts it into the form that is injected: the same for every platform. */
async function makeBlob(work: string): Promise<string> {
  const bundle = await rolldown({
    input: join(root, 'src', 'cli', 'main.ts'),
    cwd: root,
    ...bundling(),
  });
  await bundle.write({ dir: work, entryFileNames: 'program.cjs', format: 'cjs', minify: true, codeSplitting: false });
  await bundle.close();
  const [config, blob] = [join(work, 'sea.json'), join(work, 'program.blob')];
  await writeFile(
    config,
    JSON.stringify({
      main: join(work, 'program.cjs'),
      output: blob,
      disableExperimentalSEAWarning: true,
      // Code that V8 has compiled is good for one processor and one system only.
      useCodeCache: false,
    }),
  );
  await run(ownNode, ['--experimental-sea-config', config]);
  return blob;
}

async function makeOne(
  project: Project,
  target: Target,
  version: string,
  blob: string,
  work: string,
  out: string,
): Promise<Made> {
  const node = await foreignNode(target, version).catch((error: Error) => error);
  if (node instanceof Error) {
    return { is: 'left out', target, why: node.message };
  }
  const stage = join(work, target);
  const executable = join(stage, executableName(target));
  await mkdir(stage);
  await copyFile(node.program, executable);
  await chmod(executable, 0o755);
  const segment = target.startsWith('darwin') ? ['--macho-segment-name', 'NODE_SEA'] : [];
  const postject = join(root, 'node_modules', '.bin', 'postject');
  await run(postject, [executable, 'NODE_SEA_BLOB', blob, '--sentinel-fuse', fuse, ...segment]);
  const signed = target.startsWith('darwin') ? await sign(executable) : 'not needed';
  const papers = [
    [join(root, 'LICENSE'), 'LICENSE'],
    [join(work, 'NOTICE'), 'NOTICE'],
    [node.licence, 'LICENSE.node'],
  ] as const;
  await Promise.all(papers.map(([from, name]) => copyFile(from, join(stage, name))));
  const packed = await pack(
    stage,
    [executableName(target), ...papers.map(([, name]) => name)],
    join(work, `${target}.tar`),
  );
  const file = archiveName(project, target);
  await writeFile(join(out, file), packed.bytes);
  const archive = {
    target,
    file,
    sha256: packed.sha256,
    size: packed.bytes.byteLength,
    executableSize: (await stat(executable)).size,
  };
  return { is: 'made', archive, signed };
}

/** macOS runs no program whose signature does not fit it: an ad-hoc one is enough. */
async function sign(executable: string): Promise<'signed' | 'unsigned'> {
  const signers = [
    ['codesign', '--force', '--sign', '-', executable],
    ['rcodesign', 'sign', executable],
  ] as const;
  for (const [program, ...argv] of signers) {
    const done = await run(program, argv).then(
      () => true,
      () => false,
    );
    if (done) {
      return 'signed';
    }
  }
  return 'unsigned';
}
