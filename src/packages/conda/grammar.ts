import { channelNameFault } from './channel.ts';

const name = /^(?:\*|[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})$/;
/** A version: an epoch perhaps, then parts, none of them empty; a `*` at the end stands for any that begins so. */
const version = String.raw`(?:\d{1,9}!)?v?[A-Za-z0-9]{1,64}(?:[._+][A-Za-z0-9]{1,64}){0,24}(?:_|\.?\*)?`;
/** One comparison. What is compared by order cannot be "any". */
const comparison = new RegExp(`^(?:(?:==?)? ?\\*|(?:==|!=|~=|<=|>=|<|>|=)? ?(?!\\*$)${version})$`);
const build = /^[A-Za-z0-9_*][A-Za-z0-9_.+*-]{0,127}$/;
/** Keys between brackets (conda's MatchSpec) that say which package, not how to get it. */
const bracketKeys = ['version', 'build', 'build_number', 'channel', 'subdir', 'md5', 'sha256', 'license'] as const;
type BracketKey = (typeof bracketKeys)[number];
const example = 'write one such as conda-forge::fitsio or numpy>=1,<3';

/**
 * The fault of an entry that conda or mamba is to install: a MatchSpec, `[CHANNEL[/SUBDIR]::]NAME[VERSION[BUILD]][[KEY=VALUE,…]]`
 * (conda, "Package match specifications").
 * @param entry ASCII of bounded length
 * @returns the end of a sentence that starts with the entry, or undefined
 */
export function condaFault(entry: string): string | undefined {
  const [, channel, rest = ''] = /^(?:(.*?)::)?(.*)$/.exec(entry) ?? [];
  const channelFault = channel === undefined ? undefined : channelNameFault(channel);
  if (channelFault !== undefined) {
    return `names a channel that ${channelFault}; ${example}`;
  }
  if (/^[a-z+]+:\/\/|\.(?:conda|tar\.bz2)$/i.test(rest)) {
    return 'is a file, not a specification; name the package, and its channel in packages.condaChannels';
  }
  const [, plain = '', brackets] = /^([^[\]]*)(?:\[([^[\]]*)\])?$/.exec(rest) ?? [];
  if (plain === '') {
    return `is not a match specification; ${example}`;
  }
  return plainFault(plain.trimEnd()) ?? (brackets === undefined ? undefined : bracketFault(brackets));
}

/** The channels that an entry itself names. */
export function condaChannelsOf(entry: string): readonly string[] {
  const before = /^(.*?)::/.exec(entry)?.[1];
  const brackets = /\[([^[\]]*)\]$/.exec(entry)?.[1] ?? '';
  const inside = bracketParts(brackets).flatMap((part) =>
    part.is === 'part' && part.key === 'channel' ? part.value : [],
  );
  return [...(before === undefined ? [] : [before]), ...inside];
}

/** Name, version and build of an entry that the grammar takes; '' for what it does not say outside of brackets. */
export function plainPartsOf(entry: string): {
  readonly name: string;
  readonly version: string;
  readonly build: string;
} {
  const [, name = '', rest = ''] = /^(?:.*?::)?([^\s=<>!~|,[\]]*)([^[\]]*)/.exec(entry) ?? [];
  const [version, build = ''] = splitBuild(rest.trimEnd());
  return { name, version, build };
}

/** `NAME`, `NAME VERSION [BUILD]`, `NAME=VERSION[=BUILD]` or `NAME>=VERSION,…[=BUILD]`. */
function plainFault(plain: string): string | undefined {
  const [, packageName = '', rest = ''] = /^([^\s=<>!~|,]*)(.*)$/.exec(plain) ?? [];
  if (!name.test(packageName)) {
    return `is not a match specification; ${example}`;
  }
  if (packageName === '*') {
    return 'asks for every package; name one';
  }
  if (rest === '') {
    return undefined;
  }
  const [version, buildString] = splitBuild(rest);
  if (!isVersionSpec(version)) {
    return `asks for "${version.trim()}", which is no version; ${example}`;
  }
  return buildString === undefined || build.test(buildString)
    ? undefined
    : `asks for the build "${buildString}", which cannot be one; write it such as numpy=1.26=py311*`;
}

/**
 * The version and the build: after a `=` that belongs to no comparison (`=1.26=py311_0`, `>=2.7=cuda12*`), or after white
 * space (`1.26 py311_0`).
 */
function splitBuild(rest: string): readonly [version: string, build: string | undefined] {
  const byEquals = /^(.*[^\s=<>!~|,])=([^=\s<>!~|,]+)$/.exec(rest);
  if (byEquals !== null) {
    return [byEquals[1] ?? '', byEquals[2]];
  }
  const bySpace = /^(\s*[^\s]+) ([^\s=<>!~|,]+)$/.exec(rest);
  return bySpace === null || /[,|=<>!~]$/.test(bySpace[1] ?? '') ? [rest, undefined] : [bySpace[1] ?? '', bySpace[2]];
}

/** Comparisons joined by `,` (and) and `|` (or), perhaps in parentheses. */
function isVersionSpec(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    depth += character === '(' ? 1 : character === ')' ? -1 : 0;
    if (depth < 0 || depth > 4) {
      return false;
    }
  }
  return (
    depth === 0 &&
    text
      .split(/[,|]/)
      .map((part) => part.trim().replace(/^\(+/, '').replace(/\)+$/, '').trim())
      .every((part) => comparison.test(part))
  );
}

/** `KEY=VALUE` between the brackets, the value without its quotes; or a quote that is not closed. */
type BracketPart = { readonly is: 'part'; readonly key: string; readonly value: string } | { readonly is: 'open' };

/** The one reading of the brackets. Like mamba, it passes over white space around keys and values. */
function bracketParts(brackets: string): readonly BracketPart[] {
  // Sticky: without it, a search from each character would scan to the end of the same part again.
  const parts = /([^=,]*)(?:=((?:"[^"]*"|'[^']*'|[^,"']*)))?(?:,|$)/y;
  const found: BracketPart[] = [];
  while (parts.lastIndex < brackets.length) {
    const [, key, value = ''] = parts.exec(brackets) ?? [];
    if (key === undefined) {
      return [...found, { is: 'open' }];
    }
    if (key.trim() !== '' || value !== '') {
      found.push({ is: 'part', key: key.trim(), value: value.trim().replace(/^(["'])(.*)\1$/, '$2') });
    }
  }
  return found;
}

function bracketFault(brackets: string): string | undefined {
  for (const part of bracketParts(brackets)) {
    if (part.is === 'open') {
      return `has a quote between the brackets that is not closed; ${example}`;
    }
    const key = bracketKeys.find((known) => known === part.key);
    if (key === undefined) {
      return `has "${part.key}" between the brackets; write one of ${bracketKeys.join(', ')}`;
    }
    if (!isBracketValue(key, part.value)) {
      return `has ${key}="${part.value}" between the brackets, which cannot be one; ${example}`;
    }
  }
  return undefined;
}

function isBracketValue(key: BracketKey, text: string): boolean {
  switch (key) {
    case 'version':
      return !text.includes(' ') && isVersionSpec(text);
    case 'channel':
      return channelNameFault(text) === undefined;
    case 'build_number':
      return /^(?:<|<=|>|>=|!=|==?)?\d{1,9}$/.test(text);
    case 'md5':
      return /^[0-9a-f]{32}$/i.test(text);
    case 'sha256':
      return /^[0-9a-f]{64}$/i.test(text);
    case 'build':
    case 'subdir':
    case 'license':
      return build.test(text);
  }
}
