import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'rolldown';
import { z } from 'zod';

const packageShape = z.object({ name: z.string(), version: z.string(), license: z.string().optional() });

/** A package of which something is in the bundle. */
interface Bundled {
  readonly name: string;
  readonly version: string;
  /** SPDX expression. */
  readonly license: string;
  readonly texts: readonly string[];
}

const licenceFile = /^(licen[cs]e|copying|notice)([.-].*)?$/i;

/**
 * Writes `NOTICE` beside the bundle: the licence of every package of which a module is in it, as their terms ask. A package
 * without a licence fails the bundle.
 */
export function licences(): Plugin {
  return {
    name: 'licences',
    async generateBundle(_options, bundle) {
      const modules = Object.values(bundle).flatMap((part) => (part.type === 'chunk' ? part.moduleIds : []));
      this.emitFile({ type: 'asset', fileName: 'NOTICE', source: noticeOf(await packagesOf(modules)) });
    },
  };
}

/** The packages that these files are from, by name and version. */
export async function packagesOf(files: readonly string[]): Promise<readonly Bundled[]> {
  const folders = [...new Set(files.flatMap((file) => packageFolder(file) ?? []))];
  const packages = await Promise.all(folders.map(readPackage));
  return packages.toSorted((a, b) => compare(`${a.name}@${a.version}`, `${b.name}@${b.version}`));
}

/** Folder of the package that a file is from; undefined for our own files. */
function packageFolder(file: string): string | undefined {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file.replaceAll('\0', ''))?.[0];
}

async function readPackage(folder: string): Promise<Bundled> {
  const { name, version, license } = packageShape.parse(
    JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')),
  );
  const files = (await readdir(folder)).filter((file) => licenceFile.test(file)).toSorted();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  if (license === undefined) {
    throw new Error(`${name}@${version} names no licence in its package.json: it may not be in the bundle`);
  }
  return { name, version, license, texts: texts.map((text) => text.trim()) };
}

/** The text of NOTICE. */
export function noticeOf(packages: readonly Bundled[]): string {
  const rule = `\n${'-'.repeat(80)}\n\n`;
  const head = [
    'ImageSpec operator. Apache License 2.0: see the file LICENSE of its repository.',
    '',
    'The programs beside this file contain parts of the following packages.',
    '',
    ...packages.map(({ name, version, license }) => `${name} ${version} (${license})`),
    '',
  ].join('\n');
  const parts = packages.map(
    ({ name, version, license, texts }) =>
      `${name} ${version}\nLicence: ${license}\n${texts.length === 0 ? '' : `\n${texts.join('\n\n')}\n`}`,
  );
  return [head, ...parts].join(rule);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
