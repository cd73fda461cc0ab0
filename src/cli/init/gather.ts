import { open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { failed, ok, type Result } from '../../api/result.ts';
import { quoted } from '../../packages/entries/quote.ts';
import { fileFault } from '../fileFault.ts';
import { type Kind, kindCalled, kindOfFile, kinds, unsupported, unsupportedLoss } from './kinds.ts';
import { emptyRecipe, type Include, joinedAll, lossOf, type Recipe } from './recipe.ts';
import { textOfBytes } from './textOfFile.ts';

/** How files are read. */
export interface ReadingOptions {
  /** What all files are; null: their names say it. */
  readonly as: Kind | null;
  /** Optional parts to read. */
  readonly wanted: ReadonlySet<string>;
  readonly stdin: NodeJS.ReadableStream;
}

/** Files that name each other (`-r`): how many in all, and how deep. */
const mostIncluded = 64;
const deepest = 8;
/** Entries of one folder; its files are looked for by name. */
const mostEntries = 10_000;

/** Folders in repo2docker's order: only the first that exists counts. */
const folders = ['binder', '.binder', ''];

/** What a file, a folder or standard input (`-`) holds. Fails with a sentence when it cannot be read. */
export async function recipeOf(source: string, options: ReadingOptions): Promise<Result<Recipe, string>> {
  try {
    if (source === '-') {
      return await recipeOfInput(options);
    }
    return (await stat(source)).isDirectory()
      ? await recipeOfFolder(source, options)
      : await recipeOfNamed(source, options);
  } catch (error) {
    return failed(`${source}: ${fileFault(error)}`);
  }
}

const kindWords = kinds.map(({ name }) => name).join(', ');

async function recipeOfInput({ as, wanted, stdin }: ReadingOptions): Promise<Result<Recipe, string>> {
  if (as === null) {
    return failed(`-: standard input has no name that says what it is; add --as, one of ${kindWords}`);
  }
  const bytes = await buffer(stdin);
  const text = bytes.length > as.most ? failed(tooLarge(as)) : textOfBytes(bytes);
  return text.ok ? ok(as.read('-', text.value, wanted)) : failed(`-: ${text.failure}`);
}

async function recipeOfNamed(path: string, options: ReadingOptions): Promise<Result<Recipe, string>> {
  const kind = options.as ?? kindOfFile(basename(path));
  if (kind === undefined) {
    return unsupported[basename(path)] === undefined
      ? failed(`${path}: the name does not say what it is; add --as, one of ${kindWords}`)
      : ok({ ...emptyRecipe, losses: [unsupportedLoss(path, basename(path))] });
  }
  const text = await readText(path, kind);
  return text.ok
    ? ok(await withIncluded(path, kind.read(path, text.value, options.wanted), dirname(path), options))
    : failed(`${path}: ${text.failure}`);
}

async function recipeOfFolder(source: string, options: ReadingOptions): Promise<Result<Recipe, string>> {
  if (options.as !== null) {
    return failed(`${source}: is a folder; --as is for files`);
  }
  const present = await readdir(source);
  const folder = join(source, folders.find((candidate) => candidate === '' || present.includes(candidate)) ?? '');
  const names = (await readdir(folder)).slice(0, mostEntries).toSorted();
  const files = names.flatMap((name) => {
    const kind: Kind | undefined = kinds.find(({ inFolder }) => inFolder.test(name));
    return kind === undefined ? [] : [{ name, kind }];
  });
  const parts: Recipe[] = [];
  for (const { name, kind } of files) {
    const path = join(folder, name);
    const before = files.find((other) => other.kind.insteadOf.includes(kind.name));
    if (before !== undefined) {
      parts.push(lossOf(path, 0, `is skipped: ${before.name} stands alone; pass this path with --from to include it`));
      continue;
    }
    const text = await readText(path, kind);
    if (!text.ok) {
      return failed(`${path}: ${text.failure}`);
    }
    parts.push(await withIncluded(path, kind.read(path, text.value, options.wanted), source, options));
  }
  if (!files.some(({ kind }) => kind.name === 'dockerfile')) {
    parts.push(
      ...names.filter((name) => unsupported[name] !== undefined).map((name) => skipped(join(folder, name), name)),
    );
  }
  return parts.length === 0 ? failed(nothingIn(folder, names)) : ok(joinedAll(parts));
}

function skipped(path: string, name: string): Recipe {
  return { ...emptyRecipe, losses: [unsupportedLoss(path, name)] };
}

/** Where a folder holds files of other names, the message shows the way. */
function nothingIn(folder: string, names: readonly string[]): string {
  const near = names.filter((name) => kindOfFile(name) !== undefined).slice(0, 3);
  const way =
    near.length === 0
      ? 'name a file with --from FILE'
      : `name it with --from, such as --from ${near.map((name) => join(folder, name)).join(' --from ')}`;
  return `${folder}: found none of apt.txt, environment.yml, requirements.txt, pyproject.toml, pixi.toml, Pipfile, conda-lock.yml, install.R, DESCRIPTION, renv.lock, Dockerfile; ${way}`;
}

/** The recipe with the files that it names (`-r`, `-c`), and those that they name. */
async function withIncluded(path: string, first: Recipe, root: string, options: ReadingOptions): Promise<Recipe> {
  const roots = await Promise.all([root, '.'].map((folder) => realpath(folder)));
  const parts: Recipe[] = [{ ...first, includes: [] }];
  const read = new Set([await realpath(path)]);
  let pending = first.includes;
  for (let depth = 1; pending.length > 0; depth++) {
    const next: Include[] = [];
    for (const include of pending) {
      const part =
        depth > deepest || read.size > mostIncluded
          ? refused(include, `more than ${mostIncluded} files, or one more than ${deepest} deep`)
          : await included(include, roots, read, options.wanted);
      parts.push({ ...part, includes: [] });
      next.push(...part.includes);
    }
    pending = next;
  }
  return joinedAll(parts);
}

function refused({ file, line, path }: Include, why: string): Recipe {
  return lossOf(file, line, `${quoted(path)} is not read: ${why}`);
}

async function included(
  include: Include,
  roots: readonly string[],
  read: Set<string>,
  wanted: ReadonlySet<string>,
): Promise<Recipe> {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(include.path)) {
    return refused(include, 'it is not a file here; download it, and name the copy');
  }
  const path = isAbsolute(include.path) ? include.path : join(dirname(include.file), include.path);
  try {
    const real = await realpath(path);
    if (!roots.some((root) => isBelow(root, real))) {
      return refused(include, 'it is outside of the folder that is read; pass it with --from');
    }
    // A file that is named again adds nothing; one that names itself would not end.
    if (read.has(real)) {
      return emptyRecipe;
    }
    read.add(real);
    const kind = kindCalled(include.use);
    if (kind === undefined) {
      throw new Error(`no kind of file is called ${include.use}`);
    }
    const text = await readText(path, kind);
    return text.ok ? kind.read(path, text.value, wanted) : refused(include, `it ${text.failure}`);
  } catch (error) {
    if (error instanceof Error && 'code' in error) {
      return refused(include, fileFault(error));
    }
    throw error;
  }
}

function isBelow(root: string, path: string): boolean {
  const way = relative(resolve(root), path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function tooLarge({ most, name }: Kind): string {
  return `is larger than ${most / 1024} KiB, the most of a file of kind ${name}`;
}

/** Reads a regular file up to the bound of its kind. A device or a growing file ends too. */
async function readText(path: string, kind: Kind): Promise<Result<string, string>> {
  // Before it is opened: a pipe would wait for a writer.
  if (!(await stat(path)).isFile()) {
    return failed('is no regular file');
  }
  const file = await open(path, 'r');
  try {
    const bytes = Buffer.alloc(kind.most + 1);
    let length = 0;
    while (length < bytes.length) {
      const { bytesRead } = await file.read(bytes, length, bytes.length - length);
      if (bytesRead === 0) {
        break;
      }
      length += bytesRead;
    }
    return length > kind.most ? failed(tooLarge(kind)) : textOfBytes(bytes.subarray(0, length));
  } finally {
    await file.close();
  }
}
