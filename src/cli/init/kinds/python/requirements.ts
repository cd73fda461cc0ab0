import { quoted } from '../../../../packages/entries/quote.ts';
import { pipFault } from '../../../../packages/pip/grammar.ts';
import { eachLine } from '../../lines.ts';
import { ofText, type Part } from '../../parts.ts';
import { emptyRecipe, entryOf, joinedAll, lossOf, type Recipe } from '../../recipe.ts';
import { condaList, isCondaList } from '../conda/lists.ts';
import { named } from './direct.ts';

/** requirements.txt, or a list of conda that was kept under such a name. */
export function requirements(file: string, text: string): Recipe {
  return isCondaList(text)
    ? condaList(file, text)
    : withHashesOnce(eachLine(file, text, ({ line, text: requirement }) => requirementLine(file, line, requirement)));
}

/** A file of a tool has hashes at every requirement: that they are not carried over is said at the first. */
function withHashesOnce(recipe: Recipe): Recipe {
  const first = recipe.losses.find(({ message }) => message === hashesLoss);
  return { ...recipe, losses: recipe.losses.filter((loss) => loss.message !== hashesLoss || loss === first) };
}

const hashesLoss = 'the hashes are not carried over; the image itself is pinned by its digest';

/** A file of constraints (`-c`): what limits versions, and installs nothing itself. */
export function constraints(file: string, text: string): Recipe {
  return eachLine(file, text, ({ line, text: entry }) => {
    const read = requirementLine(file, line, entry);
    return {
      ...read,
      packages: emptyRecipe.packages,
      constraints: [...read.constraints, ...read.packages.pip.map((pip) => ({ file, line, entry: pip }))],
    };
  });
}

/** An option of a requirements file: its spellings, whether it takes a value, and what becomes of it. */
interface Option {
  readonly names: readonly string[];
  readonly value: 'none' | 'one';
  readonly read: (file: string, line: number, value: string, whole: string) => Recipe;
}

/** pip reads the variable PIP_NAME as its option --name, and build arguments are variables while packages are installed. */
const argument =
  (name: string) =>
  (_file: string, _line: number, value: string): Recipe => ({ ...emptyRecipe, args: { [name]: [value] } });

/** The options of a requirements file (pip, "Requirements File Format"). */
const options: readonly Option[] = [
  {
    names: ['-i', '--index-url', '--pypi-url'],
    value: 'one',
    read: (file, line, value) => indexAt(file, line, value, 'first'),
  },
  { names: ['--extra-index-url'], value: 'one', read: (file, line, value) => indexAt(file, line, value, 'extra') },
  {
    names: ['-r', '--requirement'],
    value: 'one',
    read: (file, line, path) => ({
      ...emptyRecipe,
      includes: [{ file, line, path: localPath(path), use: 'requirements' }],
    }),
  },
  {
    names: ['-c', '--constraint'],
    value: 'one',
    read: (file, line, path) => ({
      ...emptyRecipe,
      includes: [{ file, line, path: localPath(path), use: 'constraints' }],
    }),
  },
  { names: ['-e', '--editable'], value: 'one', read: editable },
  {
    names: ['-f', '--find-links'],
    value: 'one',
    read: (file, line, value, whole) =>
      isPlainUrl(value)
        ? argument('PIP_FIND_LINKS')(file, line, value)
        : lossOf(file, line, `${quoted(whole)}: only an https URL without a credential is carried over`),
  },
  { names: ['--pre'], value: 'none', read: (file, line) => argument('PIP_PRE')(file, line, '1') },
  { names: ['--prefer-binary'], value: 'none', read: (file, line) => argument('PIP_PREFER_BINARY')(file, line, '1') },
  { names: ['--no-binary'], value: 'one', read: binaries('PIP_NO_BINARY') },
  { names: ['--only-binary'], value: 'one', read: binaries('PIP_ONLY_BINARY') },
  {
    names: ['--require-hashes'],
    value: 'none',
    read: (file, line) => lossOf(file, line, hashesLoss),
  },
  {
    names: ['--trusted-host'],
    value: 'one',
    read: (file, line) =>
      lossOf(
        file,
        line,
        "the trusted host is not carried over; its certificate belongs into caBundle of the operator's configuration",
      ),
  },
];

/** Names of packages, or `:all:` and `:none:`. */
function binaries(name: string): Option['read'] {
  return (file, line, value, whole) =>
    /^[A-Za-z0-9._:,-]{1,512}$/.test(value)
      ? argument(name)(file, line, value)
      : lossOf(file, line, `${quoted(whole)}: names no packages, and is not carried over`);
}

/** Longer ones are no requirement; the expressions below take time that grows faster than the text. */
const longestRequirement = 4096;

/** Reads a line of a requirements file, from wherever it comes. */
export function requirementLine(file: string, line: number, requirement: string): Recipe {
  if (requirement.length > longestRequirement) {
    return lossOf(
      file,
      line,
      `${quoted(requirement)} is longer than ${longestRequirement} characters, and is not read`,
    );
  }
  const [, word = '', rest = ''] = /^(--[a-z][a-z-]*|-[a-z])(.*)$/s.exec(requirement) ?? [];
  const option = options.find(({ names }) => names.includes(word));
  if (option !== undefined) {
    const value = rest.replace(/^\s*=?\s*/, '').replace(/^(["'])(.*)\1$/, '$2');
    return (option.value === 'one') === (value === '')
      ? lossOf(file, line, `${quoted(requirement)}: ${option.value === 'one' ? 'has no value' : 'takes no value'}`)
      : option.read(file, line, value, requirement);
  }
  const [bare = '', ...own] = requirement.split(/\s(?=--[a-z])/);
  const direct = named(bare.trim());
  const entry =
    direct.is === 'requirement'
      ? entryOf('pip', pipFault, file, line, direct.entry)
      : lossOf(file, line, `${quoted(bare.trim())} ${direct.why}`);
  const others = own.filter((text) => !text.startsWith('--hash'));
  return joinedAll([
    entry,
    own.length > others.length ? lossOf(file, line, hashesLoss) : emptyRecipe,
    ...others.map((text) => lossOf(file, line, `${quoted(text)}: the options of one package are not carried over`)),
  ]);
}

function editable(file: string, line: number, value: string, whole: string): Recipe {
  const direct = named(value);
  return direct.is === 'requirement' && direct.entry.includes('://')
    ? entryOf('pip', pipFault, file, line, direct.entry)
    : lossOf(
        file,
        line,
        `${quoted(whole)}: there are no files of a repository in a build; write "name @ git+https://…"`,
      );
}

/** conda also writes `-r file:requirements.txt`. */
function localPath(path: string): string {
  return path.replace(/^file:(?:\/\/(?=\/))?/, '');
}

function isPlainUrl(url: string): boolean {
  return /^https:\/\/[^@?#\s"'\\$`]+$/.test(url);
}

/** A package index: the one that replaces the default one, or one beside it. */
export function indexAt(file: string, line: number, url: string, place: 'first' | 'extra'): Recipe {
  return isPlainUrl(url)
    ? place === 'extra'
      ? { ...emptyRecipe, extraIndexes: [url] }
      : { ...emptyRecipe, index: url }
    : lossOf(
        file,
        line,
        'the index is not carried over: write an https URL without a credential into packages.pipIndexes',
      );
}

/** A package index that a field of a file names. */
export function indexOf(part: Part, place: 'first' | 'extra'): Recipe {
  return ofText(part, (url) => indexAt(part.file, part.line, url, place));
}
