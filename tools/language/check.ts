/**
 * `npm run check`: fails when a text of the project uses a word of `words.ts`, or a page has a sentence that `sentences.ts`
 * finds too long, and names each place.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { longSentences } from './sentences.ts';
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

/** Each sentence of a page with too many words: `file:line: 23 words: The operator …`. */
function tooLong(file: string, content: string): readonly string[] {
  return longSentences(content).map(({ line, words, begins }) => `${file}:${line}: ${words} words: ${begins} …`);
}

if (import.meta.main) {
  const files = execFileSync('git', ['-C', root, 'ls-files', '-z'], { encoding: 'utf8' })
    .split('\u0000')
    .filter((file) => file !== '' && !exempt.some((pattern) => pattern.test(file)));
  const words = files.flatMap((file) => uses(file, textOf(file) ?? ''));
  const sentences = files.filter((file) => file.endsWith('.md')).flatMap((file) => tooLong(file, textOf(file) ?? ''));
  if (words.length + sentences.length > 0) {
    process.stderr.write(
      `${[...words, ...sentences].join('\n')}\n${words.length} unwanted words (tools/language/words.ts), ${sentences.length} sentences with more than 20 words\n`,
    );
    process.exitCode = 1;
  }
}
