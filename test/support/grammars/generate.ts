/** A stream of numbers in [0, 1) that is the same in every run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Choices that a generator makes. */
interface Choices {
  readonly one: (from: readonly string[]) => string;
  readonly many: (most: number, make: () => string, separators: readonly string[]) => string;
  readonly chance: (probability: number) => boolean;
}

function choicesOf(random: () => number): Choices {
  const one = (from: readonly string[]) => from[Math.floor(random() * from.length)] ?? '';
  return {
    one,
    many: (most, make, separators) =>
      Array.from({ length: 1 + Math.floor(random() * most) }, make).join(one(separators)),
    chance: (probability) => random() < probability,
  };
}

const operators = ['==', '!=', '<=', '>=', '<', '>', '~=', '=', '===', '=>'];
const versions = [
  '1',
  '1.0',
  '1.2.3',
  '1.*',
  '1.2.*',
  '1!2.0',
  '1.0a1',
  '1.0.post1',
  '1.0.dev2',
  '1.0+cu124',
  'v1.0',
  '1.0rc',
  'x',
  '1..2',
  '*',
  '1.0-1',
  '1.1.1w',
  '2024a',
];
const damage = `=<>!~[](),;'" @x1.*+-_#|`.split('');

/** Almost a requirement of pip: mostly valid parts, joined at random, with some wrong characters. */
export function pipEntry(random: () => number): string {
  const { one, many, chance } = choicesOf(random);
  const marker = () =>
    one([
      "python_version<'3'",
      'python_version < "3.8"',
      "sys_platform=='linux' and os_name!='nt'",
      "(extra=='x')",
      'python_version',
      "'3'<python_version",
      "os.name=='x'",
      "python_version not in '3.8'",
      "a=='b'",
      "platform_machine=='x' or (extra=='y' and os_name=='z')",
    ]);
  const named = `${one(['astropy', 'a', 'zope.interface', 'scikit_learn', 'a-b', 'A1', '-a', 'a-', '_a', 'a..b', ''])}${one(['', '', ' '])}${one(['', '', '[x]', '[x,y]', '[ x , y ]', '[]', '[x,]'])}`;
  const space = () => one(['', ' ']);
  const specifiers = () => many(3, () => `${one(operators)}${space()}${one(versions)}`, [',', ', ', ' ,']);
  const core = chance(0.15)
    ? `${named} @ ${one(['https://e.com/a.whl', 'git+https://e.com/a@v1', 'https://e.com/a#sha256=00', 'https://e.com/%20x'])}${one(['', ' '])}`
    : chance(0.2)
      ? `${named} (${specifiers()})`
      : `${named}${space()}${specifiers()}`;
  return damaged(chance(0.3) ? `${core}${one([';', '; ', ' ; '])}${marker()}` : core, random, 0.2);
}

/** Almost a match specification of conda. */
export function condaEntry(random: () => number): string {
  const { one, many, chance } = choicesOf(random);
  const builds = ['py311*', '0', 'py311h64a7726_0', '*cuda*', '*_0', '^x$', 'a b'];
  const named = `${one(['', '', '', 'conda-forge::', 'pytorch/label/x::', 'conda-forge/linux-64::', 'https://c.com/x::', '::', 'a b::'])}${one(['numpy', '_openmp_mutex', 'R-base', 'a.b', 'a-b', '*', '', '9x'])}`;
  const compared = () => `${one(operators)}${one(['', '', ' '])}${one(versions)}`;
  const pair = () => {
    const quote = one(["'", '"', '']);
    return `${one(['version', 'build', 'channel', 'subdir', 'md5', 'url', 'bad', 'build_number'])}=${quote}${one([compared(), one(builds), 'conda-forge', 'linux-64', '0'])}${quote}`;
  };
  const core = chance(0.15)
    ? named
    : chance(0.5)
      ? `${named}${one(['', ' '])}${many(3, compared, [',', '|', ', ', ' | '])}`
      : chance(0.5)
        ? `${named}${one(['=', '==', ' '])}${one(versions)}${one(['=', ' ', ''])}${one(builds)}`
        : `${named}[${many(2, pair, [',', ', '])}]`;
  return damaged(core, random, 0.12);
}

/** Almost an entry for apt. */
export function aptEntry(random: () => number): string {
  const { one, chance } = choicesOf(random);
  const name = one([
    'imagespec-a',
    'g++',
    'libstdc++6',
    'python3.11-dev',
    'x',
    'Vim',
    'vim-',
    'ubuntu-desktop^',
    '',
    '-y',
    '0ad',
    'a+b',
  ]);
  const architecture = one(['', '', '', ':amd64', ':arm64', ':', ':any']);
  const rest = one(['', '', '=2:8.2*', '=1.0-1~deb12u1', '=', '==1', '/bookworm-backports', '/', '=1/x', '=$(id)']);
  return damaged(`${name}${architecture}${chance(0.8) ? rest : ''}`, random, 0.15);
}

/** Almost an entry for CRAN. */
export function cranEntry(random: () => number): string {
  const { one, chance } = choicesOf(random);
  const name = one(['dplyr', 'data.table', 'R6', 'Rcpp', 'x', '9x', 'a.', '.a', 'a-b', 'a_b', 'base', '', 'ggplot2 ']);
  const version = one(['@1.1.4', '@0.1-2', '@1', '@', '@latest', '==1.0', '@1.0.0-x', ' @1.0', '@1..0', '/x']);
  return damaged(`${name}${chance(0.5) ? version : ''}`, random, 0.15);
}

function damaged(text: string, random: () => number, probability: number): string {
  if (random() >= probability) {
    return text;
  }
  const at = Math.floor(random() * (text.length + 1));
  return `${text.slice(0, at)}${damage[Math.floor(random() * damage.length)] ?? ''}${text.slice(at)}`;
}
