/**
 * `npm run check`: fails when a text of the project uses a word of `words.ts`, and names each place. It also fails when a
 * page or a comment has a sentence that `sentences.ts` finds too long.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { commentsOf } from './comments.ts';
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

/** Each sentence of a page or of comments with too many words: `file:line: 23 words: The operator …`. */
export function tooLong(file: string, content: string): readonly string[] {
  return longSentences(proseOf(file, content)).map(
    ({ line, words, begins }) => `${file}:${line}: ${words} words: ${begins} …`,
  );
}

function proseOf(file: string, content: string): string {
  return file.endsWith('.md') ? content : file.endsWith('.ts') ? commentsOf(content) : '';
}

if (import.meta.main) {
  const files = execFileSync('git', ['-C', root, 'ls-files', '-z'], { encoding: 'utf8' })
    .split('\u0000')
    .filter((file) => file !== '' && !exempt.some((pattern) => pattern.test(file)));
  const words = files.flatMap((file) => uses(file, textOf(file) ?? ''));
  const sentences = files.flatMap((file) => tooLong(file, textOf(file) ?? ''));
  if (words.length + sentences.length > 0) {
    process.stderr.write(
      `${[...words, ...sentences].join('\n')}\n${words.length} unwanted words (tools/language/words.ts), ${sentences.length} sentences with more than 20 words\n`,
    );
    process.exitCode = 1;
  }
}
