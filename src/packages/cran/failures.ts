import { conflict, type ManagerFailures, type PackageRow, packageRow, type StepRow, stepRow } from '../failures.ts';

const causes: readonly StepRow[] = [
  stepRow(
    'cran-unreachable',
    'output',
    [/unable to access index for repository (?<url>\S+?):?$/m, /no index of packages|is not available/],
    'RunFailed',
    'R cannot read the index of its repository; not tried again, as a wrong address looks the same',
    'R could not read the index of {url}, so nothing is known about the packages; check {snapshot}, {credentials} and the proxy, then ask for a retry',
  ),
  stepRow(
    'cran-download',
    'output',
    [
      /^ERROR: cannot download (?<url>\S{1,300}): |cannot open URL '(?<url>[^'\n]{1,300})'|URL '(?<url>[^'\n]{1,300})': (?:Timeout|status)/m,
      /^ERROR: cannot download |download of package \S{1,130} failed/m,
    ],
    'RunFailed',
    'R cannot download a package that its repository lists',
    'R could not download {url}: the package is known, and its server does not answer; check the proxy, then ask for a retry',
  ),
];

/** R quotes as the locale does. Bounds keep every pattern here linear in the output, which a package may have made. */
const quotedName = String.raw`['‘]([A-Za-z0-9.]{1,128})['’]`;

const packages: readonly PackageRow[] = [
  packageRow('cran-r-version', 'cran', 'PackageNotFound', 'CRAN has {packages} only for another R{hint}', {
    what: 'the package does not fit the R of the base image',
    match: /^ERROR: package \S{1,128} does not fit R|in the repositories but depends on R/m,
    names: new RegExp(
      `^ERROR: package (\\S{1,128}) does not fit R|${quotedName} version \\S{1,128} is in the repositories but`,
      'gm',
    ),
    hint: rHint,
  }),
  packageRow('cran-version', 'cran', 'PackageNotFound', 'CRAN has no such version: {packages}{hint}', {
    what: 'CRAN has no such version, not in its archive either',
    match: /^ERROR: CRAN has no ([^\s@]{1,128}@[^\s@,]{1,128}), the newest version is \S{1,128}$/m,
    hint: newestHint,
  }),
  packageRow('cran-not-found', 'cran', 'PackageNotFound', 'CRAN has no package {packages}; check the name', {
    what: 'CRAN has no such package',
    match: new RegExp(`^ERROR: CRAN has no package \\S{1,128}$|package ${quotedName} is not available`, 'm'),
    names: new RegExp(`^ERROR: CRAN has no package (\\S{1,128})$|package ${quotedName} is not available`, 'gm'),
  }),
  packageRow(
    'cran-dependency',
    'cran',
    'PackageNotFound',
    'CRAN has no package {packages}, which another package needs; ask for a version that does without it, or for another snapshot',
    {
      what: 'CRAN does not have what a package depends on',
      match:
        /dependenc(?:y|ies) (['‘][A-Za-z0-9.]{1,128}['’](?:, ['‘][A-Za-z0-9.]{1,128}['’]){0,64}) (?:is|are) not available/,
      separator: /, /,
    },
  ),
  packageRow('cran-conflict', 'cran', 'DependencyConflict', conflict('cran'), {
    what: 'a package needs another version than the requested one',
    match: new RegExp(
      `dependenc(?:y|ies) (?:['‘][^'’\\n]{1,200}['’], ){0,64}['‘][A-Za-z0-9.]{1,128} \\([<>=]|namespace ${quotedName} \\S{1,128} is (?:already loaded|being loaded), but`,
    ),
    names: new RegExp(
      `['‘]([A-Za-z0-9.]{1,128}) \\([<>=]{1,2} [^)\\n]{1,64}\\)['’]|namespace ${quotedName} \\S{1,128} is (?:already|being)`,
      'gm',
    ),
  }),
];

const installs: readonly StepRow[] = [
  stepRow(
    'cran-system-library',
    'output',
    /Configuration failed (?:because|to find) (?<missing>[\w.+-]{1,100})[^\n]{0,200}\n(?:[^\n]{0,200}\n){0,8}? \* deb: (?<deb>[\w.+-]{1,100})/,
    'RunFailed',
    'a system library is missing, says the configuration of a package of R',
    '{package} is built from source and needs the library {missing}: {remedy}',
  ),
  stepRow(
    'cran-compiler-missing',
    'output',
    [
      /(?:^|: )(?<missing>make|gcc|g\+\+|gfortran): (?:(?:command )?not found|No such file or directory)$/m,
      /ERROR: compilation failed for package/,
    ],
    'RunFailed',
    'a package of R is built from source and the compiler is missing',
    '{package} is built from source and needs {missing}: {remedy}',
  ),
  stepRow(
    'cran-failed',
    'output',
    /^ERROR: [\w ]{1,40} failed for package |installation of package \S{1,130} had non-zero exit status/m,
    'RunFailed',
    'a package of R is built from source, and that fails',
    '{package} is built from source, and that fails; status.failure.log says why',
  ),
];

/** How the steps of R fail. */
export const cranFailures: ManagerFailures = { causes, packages, installs, builtPackage };

/** The first one that failed: others follow from it. */
function builtPackage(output: string): string | undefined {
  return new RegExp(`^ERROR: [\\w ]{1,40} failed for package ${quotedName}`, 'm').exec(output)?.[1];
}

/** `: it needs R (>= 4.4)`. */
function rHint(output: string): string {
  const needed = /depends on [^\n]{0,500}?\b(R \([^)\n]{1,64}\))/.exec(output)?.[1];
  return needed === undefined ? '' : `: it needs ${needed}`;
}

const shownVersions = 5;

function newestHint(output: string): string {
  const found = output.matchAll(
    /^ERROR: CRAN has no ([^\s@]{1,128})@[^\s@,]{1,128}, the newest version is (\S{1,128})$/gm,
  );
  const versions = [...found].map(([, name = '', newest = '']) => ({ name, newest }));
  const [first] = versions;
  if (first === undefined) {
    return '';
  }
  const all = versions.slice(0, shownVersions).map(({ name, newest }) => `${name}@${newest}`);
  return versions.length === 1 ? `; the newest is ${first.newest}` : `; the newest are ${all.join(', ')}`;
}
