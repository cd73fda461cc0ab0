import type { KindName } from './kindNames.ts';
import { aptList } from './kinds/apt.ts';
import { condaLock } from './kinds/conda/condaLock.ts';
import { environment } from './kinds/conda/environment.ts';
import { condaList } from './kinds/conda/lists.ts';
import { pixi } from './kinds/conda/pixi.ts';
import { pixiLock } from './kinds/conda/pixiLock.ts';
import { runtime } from './kinds/conda/runtime.ts';
import { dockerfile } from './kinds/dockerfile.ts';
import { pipfile, pipfileLock } from './kinds/python/pipfile.ts';
import { pylock } from './kinds/python/pylock.ts';
import { pyproject } from './kinds/python/pyproject.ts';
import { constraints, requirements } from './kinds/python/requirements.ts';
import { description } from './kinds/r/description.ts';
import { installR } from './kinds/r/installR.ts';
import { renvLock } from './kinds/r/renvLock.ts';
import type { Loss, Reader } from './recipe.ts';

const kibibyte = 1024;
/** What a person writes. */
const written = 256 * kibibyte;
/** What a tool writes. */
const locked = 4096 * kibibyte;

/** A kind of file that `init` reads. */
export interface Kind {
  /** The word of `--as`. */
  readonly name: KindName;
  /** The names under which a folder is searched for it: those of the tools themselves. */
  readonly inFolder: RegExp;
  /** Names of a file of this kind that a user points to. */
  readonly named: RegExp;
  /** The most bytes of one file. */
  readonly most: number;
  /** Kinds that say the same less exactly or in another tool's words: a folder that has this one is not searched for those. */
  readonly insteadOf: readonly KindName[];
  readonly read: Reader;
}

const pythonKinds: readonly KindName[] = ['pipfile-lock', 'pipfile', 'pyproject', 'requirements'];
const condaKinds: readonly KindName[] = [
  'conda-lock',
  'conda-list',
  'pixi',
  'pixi-lock',
  'pylock',
  ...pythonKinds,
  'runtime',
];

/**
 * The kinds of files, the first that fits counts. repo2docker decides which file of a folder stands alone ("Configuration
 * Files"); of what it does not know, the file that people write stands before the one that a tool writes.
 */
export const kinds: readonly Kind[] = [
  {
    name: 'dockerfile',
    inFolder: /^Dockerfile$/,
    named: /^(?:Dockerfile|Containerfile)(?:\..+)?$|\.(?:Dockerfile|dockerfile)$/,
    most: written,
    insteadOf: ['environment', ...condaKinds, 'apt', 'install-r', 'description', 'renv-lock'],
    read: dockerfile,
  },
  {
    name: 'conda-lock',
    inFolder: /^conda-lock\.ya?ml$/,
    named: /conda-lock\.ya?ml$/,
    most: locked,
    insteadOf: ['conda-list', 'pixi', 'pixi-lock', 'pylock', ...pythonKinds, 'runtime'],
    read: condaLock,
  },
  {
    name: 'environment',
    inFolder: /^environment\.ya?ml$/,
    named: /\.ya?ml$/,
    most: written,
    insteadOf: condaKinds,
    read: environment,
  },
  {
    name: 'conda-list',
    inFolder: /^conda-linux-64\.lock$/,
    named: /^conda-.+\.(?:lock|txt)$|explicit.*\.txt$|^spec-file.*\.txt$/,
    most: locked,
    insteadOf: ['pixi', 'pixi-lock', 'pylock', ...pythonKinds, 'runtime'],
    read: condaList,
  },
  {
    name: 'pylock',
    inFolder: /^pylock\.toml$/,
    named: /^pylock(?:\.[^.]+)?\.toml$/,
    most: locked,
    // Exact, and the standard's: beside it pyproject.toml often holds settings of tools only.
    insteadOf: pythonKinds,
    read: pylock,
  },
  {
    name: 'pixi',
    inFolder: /^pixi\.toml$/,
    named: /pixi\.toml$/,
    most: written,
    insteadOf: ['pixi-lock', 'pylock', ...pythonKinds, 'runtime'],
    read: pixi,
  },
  {
    name: 'pixi-lock',
    inFolder: /^pixi\.lock$/,
    named: /pixi\.lock$/,
    most: locked,
    insteadOf: ['pylock', ...pythonKinds, 'runtime'],
    read: pixiLock,
  },
  {
    name: 'pipfile-lock',
    inFolder: /^Pipfile\.lock$/,
    named: /Pipfile\.lock$/,
    most: locked,
    insteadOf: ['pipfile', 'requirements'],
    read: pipfileLock,
  },
  {
    name: 'pipfile',
    inFolder: /^Pipfile$/,
    named: /Pipfile$/,
    most: written,
    insteadOf: ['requirements'],
    read: pipfile,
  },
  { name: 'pyproject', inFolder: /^pyproject\.toml$/, named: /\.toml$/, most: written, insteadOf: [], read: pyproject },
  { name: 'apt', inFolder: /^apt\.txt$/, named: /^apt.*\.txt$/, most: written, insteadOf: [], read: aptList },
  { name: 'runtime', inFolder: /^runtime\.txt$/, named: /^runtime\.txt$/, most: written, insteadOf: [], read: runtime },
  {
    name: 'constraints',
    inFolder: /^$/,
    named: /constraints?.*\.txt$/,
    most: written,
    insteadOf: [],
    read: constraints,
  },
  {
    name: 'requirements',
    inFolder: /^requirements\.txt$/,
    named: /requirements?.*\.(?:txt|in|pip)$|^pip.*\.txt$/i,
    most: locked,
    insteadOf: [],
    read: requirements,
  },
  { name: 'install-r', inFolder: /^install\.R$/, named: /\.[rR]$/, most: written, insteadOf: [], read: installR },
  {
    name: 'description',
    inFolder: /^DESCRIPTION$/,
    named: /^DESCRIPTION$/,
    most: written,
    insteadOf: [],
    read: description,
  },
  {
    name: 'renv-lock',
    inFolder: /^renv\.lock$/,
    named: /^renv.*\.lock$/,
    most: locked,
    insteadOf: ['install-r', 'description'],
    read: renvLock,
  },
];

/** The kind of a file that a user names; undefined where the name says nothing. */
export function kindOfFile(file: string): Kind | undefined {
  return unsupported[file] === undefined ? kinds.find(({ named }) => named.test(file)) : undefined;
}

/** The kind of a word of `--as`. */
export function kindCalled(name: string): Kind | undefined {
  return kinds.find((kind) => kind.name === name);
}

/** Files that people install from and an ImageSpec has no place for, with what to do instead. */
export const unsupported: Readonly<Record<string, string>> = {
  postBuild: 'runs a script after the installs; write it as RUN of your Dockerfile (spec.dockerfile)',
  start: 'runs a script before the server; write a Dockerfile (spec.dockerfile) with it as entrypoint',
  'setup.py': 'installs the repository itself; name the package in packages.pip as "name @ git+https://…"',
  'setup.cfg': 'installs the repository itself; name the package in packages.pip as "name @ git+https://…"',
  'poetry.lock': 'is not read; run poetry export, and pass its requirements.txt',
  'uv.lock': 'is not read; run uv export --no-emit-project, and pass its output as requirements.txt',
  'pdm.lock': 'is not read; run pdm export, and pass its requirements.txt',
  'Project.toml': "is Julia's; install them in your Dockerfile (spec.dockerfile)",
  'default.nix': "is nix's; there is no nix here",
};

/** The loss that a file without a reader causes. */
export function unsupportedLoss(file: string, name: string): Loss {
  return { file, line: 0, message: unsupported[name] ?? 'is not read' };
}
