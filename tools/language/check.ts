/**
 * `npm run check`: fails when a text of the project uses a word of `words.ts`, and names each place.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { unwanted } from './words.ts';

const root = join(import.meta.dirname, '..', '..');

/** Files that list the words, or whose words come from other programs and authors. */
const exempt = [
  /^tools\/language\//,
  /^test\/support\/logs\//,
  /^test\/records\//,
  /(?:^|\/)package-lock\.json$/,
  /^LICENSE$/,
];

/** Each use of an unwanted word, in the order of the lines: `file:line: "word": write …`. */
export function uses(file: string, content: string): readonly string[] {
  return unwanted
    .flatMap(({ pattern, instead }) =>
      [...content.matchAll(pattern)].map(({ 0: found, index }) => ({ index, words: oneLine(found), instead })),
    )
    .toSorted((one, other) => one.index - other.index)
    .map(({ index, words, instead }) => `${file}:${lineOf(content, index)}: "${words}": write ${instead}`);
}

function oneLine(found: string): string {
  return found.replaceAll(/[\s*/#]+/g, ' ');
}

function lineOf(content: string, index: number): number {
  return content.slice(0, index).split('\n').length;
}

/** The text of a file; undefined for a binary file, and for one that git knows and the work tree no longer has. */
function textOf(file: string): string | undefined {
  const path = join(root, file);
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) {
    return undefined;
  }
  const content = readFileSync(path, 'utf8');
  return content.includes('\u0000') ? undefined : content;
}

if (import.meta.main) {
  const files = execFileSync('git', ['-C', root, 'ls-files', '-z'], { encoding: 'utf8' }).split('\u0000');
  const found = files
    .filter((file) => file !== '' && !exempt.some((pattern) => pattern.test(file)))
    .flatMap((file) => uses(file, textOf(file) ?? ''));
  if (found.length > 0) {
    process.stderr.write(`${found.join('\n')}\n${found.length} unwanted words: see tools/language/words.ts\n`);
    process.exitCode = 1;
  }
}
