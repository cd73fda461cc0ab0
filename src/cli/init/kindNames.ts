/** The kinds of files that `init` reads, as words of `--as`. Apart from their readers, which load only when `init` runs. */
export const kindNames = [
  'environment',
  'conda-lock',
  'conda-list',
  'pixi',
  'pixi-lock',
  'requirements',
  'constraints',
  'pylock',
  'pyproject',
  'pipfile',
  'pipfile-lock',
  'apt',
  'runtime',
  'install-r',
  'description',
  'renv-lock',
  'dockerfile',
] as const;

/** The word of `--as` for a kind of file. */
export type KindName = (typeof kindNames)[number];
