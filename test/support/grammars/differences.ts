/** A class of entries that ours and the real parser answer differently, and why that is meant. */
export interface Difference {
  readonly manager: 'conda' | 'pip';
  readonly ours: 'takes' | 'refuses';
  readonly entries: RegExp;
  readonly reason: string;
}

/** All of them. A difference that no row explains fails the comparison. */
export const differences: readonly Difference[] = [
  {
    manager: 'pip',
    ours: 'refuses',
    entries: /^\s|\s$/,
    reason: 'white space at either end is a slip of the keyboard, and would make two spellings of one package',
  },
  {
    manager: 'pip',
    ours: 'refuses',
    entries: /os\.name/,
    reason: 'the names of markers before PEP 508 (os.name, sys.platform) are deprecated',
  },
  { manager: 'pip', ours: 'refuses', entries: /#/, reason: 'a comment belongs into the YAML' },
  {
    manager: 'pip',
    ours: 'refuses',
    entries: /@(?! ?(git\+)?https:\/\/)/,
    reason: 'direct references go by https only',
  },
  {
    manager: 'pip',
    ours: 'refuses',
    entries: /@ .*[$`"'\\<>|;(){}[\]~,]/,
    reason: 'characters that a URL cannot hold (RFC 3986), and those that shells read',
  },
  {
    manager: 'pip',
    ours: 'refuses',
    entries: /===/,
    reason: '"===" with more than a version: the library that reads PEP 508 has it stricter',
  },
  {
    manager: 'pip',
    ours: 'refuses',
    entries: /^[^[ (@=<>!~;]*[-_.][ ([@=<>!~;]/,
    reason: 'a name ends with a letter or a digit (PEP 508)',
  },
  {
    manager: 'conda',
    ours: 'refuses',
    entries: /^\s|\s$/,
    reason: 'white space at either end is a slip of the keyboard',
  },
  {
    manager: 'conda',
    ours: 'refuses',
    entries: /^[^[]*[^A-Za-z0-9_.\-/:[][^[]*::|^::|:[^:]*:/,
    reason: 'a channel is a name or an https URL',
  },
  {
    manager: 'conda',
    ours: 'refuses',
    entries: /[\^$]/,
    reason: 'regular expressions for builds: a glob says the same',
  },
  {
    manager: 'conda',
    ours: 'refuses',
    entries: /[#;@()'"~]/,
    reason: 'characters of shells, of comments, and of a syntax that conda no longer documents',
  },
  {
    manager: 'conda',
    ours: 'refuses',
    entries: /(~=|<=|>=|<|>) ?\*/,
    reason: 'an order cannot be compared with "any"',
  },
  {
    manager: 'conda',
    ours: 'refuses',
    entries: /\[/,
    reason:
      'between brackets: values that cannot be one (a version for a subdir), and url, which is no package of a channel',
  },
  {
    manager: 'conda',
    ours: 'refuses',
    entries: / .* | .*=|=.* /,
    reason: 'three parts and white space: rattler reads the last as a build with a space in it',
  },
  { manager: 'conda', ours: 'refuses', entries: /^(.*::)?\*/, reason: '"*" asks for every package' },
  {
    manager: 'conda',
    ours: 'refuses',
    entries: /[\d.\w]-\d/,
    reason: 'no version of a conda package holds "-", which separates the parts of its file name',
  },
  { manager: 'conda', ours: 'refuses', entries: / \*\w/, reason: 'a "*" stands at the end of a version' },
  { manager: 'conda', ours: 'refuses', entries: /^\.$/, reason: 'a name starts with a letter, a digit or "_"' },
];
