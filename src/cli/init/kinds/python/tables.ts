import { pipFault } from '../../../../packages/pip/grammar.ts';
import { hasFields, type Part, textOf, textsOf } from '../../parts.ts';
import { emptyRecipe, entryOf, joinedAll, lossOf, type Recipe } from '../../recipe.ts';

/** Reads a version of a file's own form as one of PEP 440, without a blank; null when it has none of that kind. */
export type VersionReader = (text: string) => string | null;

/** A version as pip has it; `*` is any. */
export const pep440Version: VersionReader = (text) => {
  const plain = text.replaceAll(/\s/g, '');
  return plain === '*' || plain === '' ? '' : /^[<>=!~]/.test(plain) ? plain : `==${plain}`;
};

/** Longer ones are no version. */
const longestVersion = 256;

/** Poetry's versions: `^1.2` and `~1.2` are ranges, a bare one is exact ("Dependency specification"). */
export const poetryVersion: VersionReader = (text) => {
  if (text.includes('|') || text.length > longestVersion) {
    return null;
  }
  const parts = text.split(/\s*,\s*|(?<=[0-9*])\s+(?=[<>=!~^])/).map((part) => comparison(part.replaceAll(/\s/g, '')));
  return parts.includes(null) ? null : parts.filter((part) => part !== '').join(',');
};

function comparison(text: string): string | null {
  const [, operator, version = ''] = /^([~^])(\d{1,9}(?:\.\d{1,9}){0,5})$/.exec(text) ?? [];
  if (operator === undefined) {
    return /^[~^](?!=)/.test(text) ? null : pep440Version(text);
  }
  const numbers = version.split('.').map(Number);
  const first = numbers.findIndex((number) => number > 0);
  const kept = operator === '~' ? Math.min(numbers.length, 2) - 1 : first === -1 ? numbers.length - 1 : first;
  const next = numbers.slice(0, kept + 1).map((number, index) => (index === kept ? number + 1 : number));
  return `>=${version},<${next.join('.')}`;
}

/** Fields of a dependency that say where its code is. */
const sources = ['git', 'url', 'path', 'file', 'workspace'] as const;

/**
 * `NAME = "VERSION"`, or `NAME = { version = …, extras = […], git = …, markers = … }`, as Poetry, pipenv and pixi have it; a
 * list holds several of them. Optional ones are left out.
 */
export function tableRequirement(field: Part, toVersion: VersionReader): Recipe {
  const { file, line, name, value } = field;
  if (Array.isArray(value)) {
    return joinedAll(value.map((_, index) => ofTable(field.at(index), name, toVersion)));
  }
  return typeof value === 'string' || hasFields(field)
    ? ofTable(field, name, toVersion)
    : lossOf(file, line, `the version of "${name}" is no text; put it in quotes`);
}

function ofTable(part: Part, name: string, toVersion: VersionReader): Recipe {
  const { file, line } = part;
  if (part.at('optional').value === true) {
    return emptyRecipe;
  }
  const extras = textsOf(part.at('extras'));
  const head = `${name}${extras.length === 0 ? '' : `[${extras.join(',')}]`}`;
  const marker = markerOf(part, toVersion);
  if (marker === null) {
    return lossOf(file, line, `"${name}" holds for some versions of Python only, in a form that is not carried over`);
  }
  if (sources.some((source) => part.at(source).value !== undefined)) {
    const url = sourceUrl(part);
    return url === undefined
      ? lossOf(
          file,
          line,
          `"${name}" is a file or folder of the repository, and a build has none; write "name @ git+https://…"`,
        )
      : entryOf('pip', pipFault, file, line, `${head} @ ${url}${marker === '' ? '' : ` ; ${marker}`}`);
  }
  const written = textOf(part) ?? textOf(part.at('version')) ?? '*';
  const version = toVersion(written);
  return version === null
    ? lossOf(file, line, `"${name}" asks for ${JSON.stringify(written)}, which one requirement of pip cannot say`)
    : entryOf('pip', pipFault, file, line, `${head}${version}${marker === '' ? '' : ` ; ${marker}`}`);
}

/** The address of a dependency's code, with its commit, tag or branch; undefined for a file of the repository. */
export function sourceUrl(part: Part): string | undefined {
  const url = textOf(part.at('url'));
  const git = textOf(part.at('git'));
  if (git === undefined) {
    return url ?? [textOf(part.at('file'))].find((text) => text?.startsWith('https://'));
  }
  const reference = ['rev', 'ref', 'tag', 'branch']
    .map((key) => textOf(part.at(key)))
    .find((text) => text !== undefined);
  const folder = textOf(part.at('subdirectory'));
  return `git+${git}${reference === undefined ? '' : `@${reference}`}${folder === undefined ? '' : `#subdirectory=${folder}`}`;
}

/** Fields that a marker of pip says (pipenv, "Specifying Versions"). */
const markerFields = ['sys_platform', 'platform_machine', 'platform_system', 'os_name', 'python_version'] as const;

/** The marker of a dependency; '' for none, null where it cannot be said. */
function markerOf(part: Part, toVersion: VersionReader): string | null {
  const python = textOf(part.at('python'));
  const versions = python === undefined ? '' : toVersion(python);
  if (versions === null) {
    return null;
  }
  const parts = [
    textOf(part.at('markers')),
    ...markerFields.map((name) => {
      const text = textOf(part.at(name));
      return text === undefined ? undefined : `${name} ${text}`;
    }),
    textOf(part.at('platform')) === undefined ? undefined : `sys_platform == '${textOf(part.at('platform')) ?? ''}'`,
    ...versions
      .split(',')
      .filter((text) => text !== '')
      .map((text) => text.replace(/^([<>=!~]+)(.*)$/, "python_version $1 '$2'")),
  ].filter((text) => text !== undefined && text !== '');
  return parts.length <= 1
    ? (parts[0] ?? '')
    : parts.map((text) => (/\bor\b/.test(text ?? '') ? `(${text})` : text)).join(' and ');
}
