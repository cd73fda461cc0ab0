/** Makes Dockerfiles, most of them with something in them that parsers read differently. */
export function dockerfileText(random: () => number): string {
  const pick = (from: readonly string[]): string => from[Math.floor(random() * from.length)] ?? '';
  const chance = (probability: number): boolean => random() < probability;
  const some = (most: number, make: () => string): string =>
    Array.from({ length: Math.floor(random() * (most + 1)) }, make).join('');
  /** A text in which pieces have been put in places of no meaning. */
  const disturbed = (text: string): string => {
    let result = text;
    for (let count = chance(0.6) ? 0 : 1 + Math.floor(random() * 3); count > 0; count -= 1) {
      const at = Math.floor(random() * (result.length + 1));
      const length = chance(0.3) ? Math.floor(random() * 4) : 0;
      result = result.slice(0, at) + pick(hostile) + result.slice(at + length);
    }
    return result;
  };
  const word = (): string => (chance(0.08) ? some(5, () => pick(hostile)) : pick(words));
  const several = (): string => some(4, () => `${word()}${pick(spaces)}`);
  const argumentsOf: Readonly<Record<string, () => string>> = {
    FROM: () =>
      pick([pick(images), pick(images), `${pick(images)} AS ${pick(stages)}`, `${pick(images)} ${several()}`]),
    COPY: () => `${some(1, () => `${pick(flags)} `)}${chance(0.1) ? '' : `--from=${pick(sources)} `}${pick(pairs)}`,
    ADD: () => `${some(1, () => `${pick(flags)} `)}${pick(additions)}`,
    RUN: () => `${pick(['', '', '', '', '', pick(flags)])} ${several()}`,
    ARG: () => pick(assignments),
    ENV: () => `${pick(assignments)} ${pick(assignments)}`,
    LABEL: () => pick(assignments),
    CMD: () => pick(lists),
    ENTRYPOINT: () => pick(lists),
    SHELL: () => pick(lists),
    VOLUME: () => pick([...lists, '/x']),
    HEALTHCHECK: () => pick(['NONE', 'CMD true', '--interval=5s CMD true', '--retries=3 CMD ["a"]', several()]),
    ONBUILD: () => `${pick(['RUN', 'COPY', 'ADD', 'ENV', 'FROM', 'ONBUILD', 'run'])} ${pick(pairs)} ${several()}`,
    USER: several,
    WORKDIR: several,
    EXPOSE: several,
    STOPSIGNAL: several,
    MAINTAINER: several,
  };
  const names = Object.keys(argumentsOf);
  const keyword = (): string => (chance(0.5) ? pick(['RUN', 'COPY', 'FROM', 'ADD', 'ARG']) : pick(names));
  const cased = (text: string): string => (chance(0.85) ? text : pick([text.toLowerCase(), `${text}${pick(hostile)}`]));
  const instruction = (): string => {
    const name = keyword();
    return `${pick(['', '', ' ', '\t'])}${cased(name)}${pick(spaces)}${argumentsOf[name]?.() ?? ''}`;
  };
  /** Goes on in another line, with what may stand between. */
  const broken = (text: string): string => {
    const at = text.indexOf(' ', Math.floor(random() * text.length));
    return at === -1 ? text : `${text.slice(0, at)} ${pick(breaks)}${some(2, () => pick(between))}${text.slice(at)}`;
  };
  const line = (): string => {
    const made = instruction();
    const written = chance(0.3) ? broken(made) : made;
    return `${chance(0.8) ? written : disturbed(written)}${pick(ends)}`;
  };
  const head = chance(0.15) ? some(3, () => `${pick(directives)}${pick(ends)}`) : '';
  const first = chance(0.9) ? `${pick(['', 'ARG V=1\n', 'ARG A=x B="y"\n'])}FROM ${pick(images)}${pick(ends)}` : '';
  return `${chance(0.05) ? '\uFEFF' : ''}${head}${first}${some(3, line)}${chance(0.8) ? '' : pick(['RUN x', 'FROM a', '\\', '#'])}`;
}

const spaces = [' ', ' ', ' ', '  ', '\t', ' \t', '\u00A0', '\u2003'];
const ends = [
  '\n',
  '\n',
  '\n',
  '\n',
  '\n',
  '\n',
  '\n',
  '\n',
  '\n',
  '\n',
  '\n',
  '\n\n',
  '\r\n',
  '\n \n',
  '\n# comment\n',
  ' \n',
  '\r',
  '',
];
const breaks = [
  '\\\n',
  '\\\n',
  '\\ \n',
  '\\\t\n',
  '\\\r\n',
  '\\\\\n',
  '\\\\\\\n',
  '`\n',
  '\\\r',
  '\\\u00A0\n',
  '\\\n\\\n',
];
const between = [
  '# comment\n',
  '  # comment\n',
  '\n',
  ' \n',
  '\t\n',
  '#\n',
  '# x \\\n',
  '\u00A0\n',
  '\u2028\n',
  '\\#\n',
  '\\\n',
  '#\\\n',
];
const directives = [
  '# escape=\\',
  '#escape = \\ ',
  '# escape=`',
  '# syntax=docker/dockerfile:1',
  '# Syntax=docker/dockerfile',
  '# check=skip=all',
  '# check=error=true',
  '# escape=',
  '# comment',
  '#',
  '',
  '\u00A0# escape=\\',
  '#!/bin/sh',
  '// syntax=x',
];
const goodImages = [
  'busybox',
  'quay.io/a/b:1',
  'r.example.com/a/b',
  'scratch',
  'evil.example/x/y',
  'bb:${V:-1}',
  'cc${V:+:1}',
];
const images = [...goodImages, ...goodImages, ...goodImages, 's', 's1', '$V', '${V}', '"aa"', '${A}', 'a'];
const stages = ['s', 's1', 'S', 'one', '1', 'scratch', 'a/b', 'x-y.z_'];
const sources = [
  's',
  's1',
  '0',
  '1',
  '00',
  'busybox',
  'a:1',
  '"busybox"',
  "'s'",
  '$V',
  'evil.example/x/y',
  'b\\usybox',
  '',
  '"" ',
];
const flags = [
  '--chown=1',
  '--chown=à',
  '--chmod=755',
  '--link',
  '--mount=type=cache',
  '--from=s',
  '--',
  '--x',
  "--chown='1 2'",
  '--chown=\\ ',
  '--chown="a',
  '--é',
];
const pairs = [
  '/a /b',
  '["/a", "/b"]',
  '["/a" "/b"]',
  '["/a", "<<EOF"]',
  '["3<<-E", "/b"]',
  '["/a", 1]',
  '<<EOF /b',
  'a',
  '[]',
  '/a\\ b /c',
  '["\\u003c\\u003c", "/b"]',
];
const additions = [
  'https://a.example/x /y',
  '["https://a.example/x", "/y"]',
  'x /y',
  'https://a.example/x',
  '<<X /y',
  '["https://a.example/<<EOF", "/y"]',
];
const assignments = [
  'A=b',
  'A',
  'A=',
  '=b',
  'A="b c"',
  "A='b c'",
  'A=b\\ c',
  'A="b\\"c" D=e',
  'A b',
  'A=$V',
  'A="b',
  'A=\u00A0b',
  'A=b\\',
  'É=x',
];
const lists = ['["a", "b"]', '["a"', '[1]', '[]', 'a b', '["a", ["b"]]', "['a']", '["\\ud800"]', '["a",]', '[ "a" ]'];
const words = [
  'x',
  'echo',
  '"a b"',
  "'c d'",
  '&&',
  '$X',
  '${X}',
  '-c',
  '#',
  'FROM',
  '3',
  '$((1<<2))',
  'cat <<< x',
  'pip install a',
];
const hostile = [
  '\\',
  '\\\\',
  '\\\n',
  '\\ \n',
  '\n',
  '\r',
  '\r\n',
  '"',
  "'",
  '`',
  '#',
  '$',
  '${',
  '}',
  '<<',
  '<<EOF',
  '<<-EOF',
  "<<'E F'",
  '<<"EOF',
  '<<<',
  ' <<\\EOF ',
  ' ${X:-<<EOF} ',
  '${X:- \\<\\<EOF}',
  '3<<E',
  '<',
  '\nEOF\n',
  '--',
  '--from=evil.example/x/y',
  '=',
  '[',
  ']',
  '\u0000',
  '\v',
  '\f',
  '\u0085',
  '\u00A0',
  'à',
  '\u2028',
  '\u3000',
  '\uFEFF',
  '\u212A',
  'ſ',
  '😀',
  '\\\n#\n',
  '\\\n\n',
  '\nFROM evil.example/x/y\n',
];
