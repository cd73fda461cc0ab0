import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { resultsFolder } from './report.ts';

const figuresFolder = join(resultsFolder, 'figures');

/** For tests: leaves figures of a suite for its record. */
export async function leaveFigures(suite: string, name: string, figures: unknown): Promise<void> {
  const folder = join(figuresFolder, suite);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${name}.json`), JSON.stringify(figures));
}

/** The figures that the tests of a suite left, by name. */
export async function figuresOf(suite: string): Promise<Readonly<Record<string, unknown>>> {
  const folder = join(figuresFolder, suite);
  const names = (await readdir(folder).catch(() => [])).toSorted((a, b) => a.localeCompare(b));
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return Object.fromEntries(texts.map((text, index) => [names[index]?.replace('.json', '') ?? '', JSON.parse(text)]));
}
