import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Document } from 'yaml';
import { group, kind, version } from '../../api/names.ts';
import { failed, ok, type Result } from '../../api/result.ts';
import { pipIndexesOf } from '../../packages/pip/init.ts';
import { emptyRecipe, joined, type Recipe } from '../../packages/recipe.ts';
import { type ExitCode, exitCodes } from '../exitCodes.ts';
import { readers, unsupported, unsupportedLoss } from '../init/sources.ts';
import { type CommandIo, unreadable } from '../io.ts';
import { faultsOfOutput } from '../manifests/outputCheck.ts';

export interface InitOptions {
  readonly from: readonly string[];
  readonly base: string;
}

/** `kubectl imagespec init`: an ImageSpec from the environment files of a repository. */
export async function init(name: string | undefined, options: InitOptions, io: CommandIo): Promise<ExitCode> {
  let recipe = emptyRecipe;
  for (const source of options.from) {
    const read = await recipeOf(source);
    if (!read.ok) {
      return unreadable(io, read.failure);
    }
    recipe = joined(recipe, read.value);
  }
  const manifest = manifestOf(name ?? nameOf(options.from[0] ?? '.'), options.base, recipe);
  io.out(manifest);
  const faults = faultsOfOutput(manifest);
  for (const fault of faults) {
    io.err(`${fault}\n`);
  }
  for (const { file, line, message } of recipe.losses) {
    io.err(`${file}${line === 0 ? '' : `:${line}`}: ${message}\n`);
  }
  return recipe.losses.length === 0 && faults.length === 0 ? exitCodes.ok : exitCodes.findings;
}

/** The name of the folder, or of the file's folder, as a valid Kubernetes name. */
function nameOf(source: string): string {
  const path = resolve(source);
  const folder = readers[basename(path)] === undefined ? path : dirname(path);
  const legal = basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 63);
  return legal === '' ? 'environment' : legal;
}

/** Folders in repo2docker's order: only the first that exists counts. */
const folders = ['binder', '.binder', ''];

/** Files that repo2docker's conda build pack ignores (repo2docker, buildpacks/conda: environment.yml stands alone). */
const besideConda = new Set(['requirements.txt', 'runtime.txt']);

async function recipeOf(source: string): Promise<Result<Recipe, string>> {
  try {
    if (!(await stat(source)).isDirectory()) {
      const reader = readers[basename(source)];
      const known = Object.keys(readers).join(', ');
      return reader === undefined
        ? failed(`${source}: the file name determines the format; it must be one of ${known}, or a folder with them`)
        : ok(reader(source, await readFile(source, 'utf8')));
    }
    const present = await readdir(source);
    const folder = join(source, folders.find((candidate) => candidate === '' || present.includes(candidate)) ?? '');
    const files = (await readdir(folder)).toSorted();
    const parts: Recipe[] = [];
    for (const file of files) {
      const reader = readers[file];
      const path = join(folder, file);
      if (besideConda.has(file) && files.some((other) => /^environment\.ya?ml$/.test(other))) {
        const message = 'is skipped: repo2docker ignores it beside environment.yml; pass its path to include it';
        parts.push({ ...emptyRecipe, losses: [{ file: path, line: 0, message }] });
      } else if (reader !== undefined) {
        parts.push(reader(path, await readFile(path, 'utf8')));
      } else if (unsupported[file] !== undefined) {
        parts.push({ ...emptyRecipe, losses: [unsupportedLoss(path, file)] });
      }
    }
    return parts.length === 0
      ? failed(`${folder}: found none of ${Object.keys(readers).join(', ')}`)
      : ok(parts.reduce(joined, emptyRecipe));
  } catch (error) {
    return failed(`${source}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function manifestOf(name: string, base: string, recipe: Recipe): string {
  const { packages, condaChannels, cranSnapshot } = recipe;
  const pipIndexes = pipIndexesOf(recipe);
  const env = Object.entries(recipe.env).map(([name, value]) => ({ name, value }));
  const fields = Object.entries({ ...packages, condaChannels, pipIndexes, cranSnapshot: cranSnapshot ?? '' }).filter(
    ([, field]) => field.length > 0,
  );
  // kubectl reads YAML 1.1, where `no` and `12:30` are not strings.
  const content = {
    apiVersion: `${group}/${version}`,
    kind,
    metadata: { name },
    spec: {
      baseImage: base,
      ...(fields.length === 0 ? {} : { packages: Object.fromEntries(fields) }),
      ...(env.length === 0 ? {} : { env }),
    },
  };
  const document = new Document(content, { version: '1.1' });
  document.commentBefore = ` Check it:  kubectl imagespec validate -f FILE\n Every field: kubectl explain imagespec.spec`;
  return document.toString();
}
