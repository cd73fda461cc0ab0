import { basename, dirname, resolve } from 'node:path';
import { foreignFindings } from '../../packages/asked/foreign.ts';
import { type ExitCode, exitCodes } from '../exitCodes.ts';
import { constrained } from '../init/constraints.ts';
import { recipeOf } from '../init/gather.ts';
import { kindCalled, kindOfFile } from '../init/kinds.ts';
import { writtenManifest } from '../init/manifest.ts';
import { joinedAll, type Loss, type Recipe } from '../init/recipe.ts';
import { type CommandIo, unreadable } from '../io.ts';
import { findingsOfOutput } from '../manifests/outputCheck.ts';

export interface InitOptions {
  readonly from: readonly string[];
  /** The kind of all files; absent: their names say it. */
  readonly as?: string;
  /** Names of optional parts: extras, groups, features, environments. */
  readonly with: readonly string[];
  readonly base: string;
}

/** `kubectl imagespec init`: an ImageSpec from the files that scientists keep their environments in. */
export async function init(name: string | undefined, options: InitOptions, io: CommandIo): Promise<ExitCode> {
  const parts: Recipe[] = [];
  const reading = {
    as: options.as === undefined ? null : (kindCalled(options.as) ?? null),
    wanted: new Set(options.with),
    stdin: io.stdin,
  };
  for (const source of options.from) {
    const read = await recipeOf(source, reading);
    if (!read.ok) {
      return unreadable(io, read.failure);
    }
    parts.push(read.value);
  }
  const recipe = constrained(joinedAll(parts));
  const written = writtenManifest(name ?? nameOf(options.from[0] ?? '.', options.as), options.base, recipe);
  io.out(written.text);
  const losses = [
    ...recipe.losses,
    ...written.losses,
    ...choiceLosses(recipe, reading.wanted),
    ...foreignFindings(recipe.packages).map(
      ({ place, message }): Loss => ({ file: '(output)', line: 0, message: `${place}: ${message}` }),
    ),
    ...findingsOfOutput(written.text).map(
      ({ file, line, path, message }): Loss =>
        atSource(recipe, { file, line, message: `${path === '' ? '' : `${path}: `}${message}` }, path),
    ),
  ];
  for (const { file, line, message } of losses.slice(0, mostLosses)) {
    io.err(`${file}${line === 0 ? '' : `:${line}`}: ${message}\n`);
  }
  if (losses.length > mostLosses) {
    io.err(`and ${losses.length - mostLosses} more\n`);
  }
  return losses.length === 0 ? exitCodes.ok : exitCodes.findings;
}

/** A list that is longer is read by no one. */
const mostLosses = 500;

/** A fault of a Dockerfile stands at its line in the file that it came from. */
function atSource({ dockerfile }: Recipe, loss: Loss, path: string): Loss {
  const [, line, message] = /^spec\.dockerfile: line (\d+): (.*)$/s.exec(loss.message) ?? [];
  return dockerfile === null || path !== 'spec.dockerfile' || line === undefined || message === undefined
    ? loss
    : { file: dockerfile.file, line: Number(line), message };
}

/** Optional parts that --with does not name, one loss for each file; and names of --with that no file has. */
function choiceLosses({ choices }: Recipe, wanted: ReadonlySet<string>): readonly Loss[] {
  const open = choices.filter(({ name }) => !wanted.has(name));
  const offered = new Set(choices.map(({ name }) => name));
  return [
    ...[...Map.groupBy(open, ({ file }) => file)].map(([file, list]): Loss => {
      const names = [...new Set(list.map(({ name }) => name))];
      const [first = ''] = names;
      return {
        file,
        line: list[0]?.line ?? 0,
        message: `optional and not carried over: ${names.slice(0, shownNames).join(', ')}${names.length > shownNames ? ` and ${names.length - shownNames} more` : ''}; add --with ${first} to include one`,
      };
    }),
    ...[...wanted]
      .filter((name) => !offered.has(name))
      .map(
        (name): Loss => ({
          file: '--with',
          line: 0,
          message: `${JSON.stringify(name)} is no extra, group, feature or environment of these files`,
        }),
      ),
  ];
}

const shownNames = 12;

/** The name of the folder, or of the file's folder, as a valid Kubernetes name. */
function nameOf(source: string, as: string | undefined): string {
  const path = resolve(source);
  const isFile = as !== undefined || kindOfFile(basename(path)) !== undefined;
  const folder = isFile ? dirname(path) : path;
  const legal = basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 63)
    .replace(/-+$/, '');
  return legal === '' ? 'environment' : legal;
}
