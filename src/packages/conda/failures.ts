import {
  buildsNothing,
  conflict,
  type ManagerFailures,
  notFound,
  type PackageRow,
  packageRow,
  type StepRow,
  stepRow,
} from '../failures.ts';

/** How conda, mamba 1 and 2, and rattler say that a channel's index was not read. Behind `warning`, mamba reports what it tries again. */
const unread =
  /CondaHTTPError|CondaSSLError|UnavailableInvalidChannel|Multi-download failed|^(?!warning)[^\n]{0,80}Download error \(\d+\)|^\s*Subdir \S{1,200} not loaded!/m;

const causes: readonly StepRow[] = [
  stepRow(
    'conda-channel',
    'output',
    /HTTP 404 NOT FOUND for channel \S{1,200} <(?<url>[^>\n]{1,300})>|Transfer finalized, status: 404 \[(?<url>[^\]\n]{1,300}?)\/(?:noarch|linux-[a-z0-9]+)\/[^\]\n]{0,100}\]/,
    'RunFailed',
    'there is no such channel of conda',
    'there is no channel {url}; correct its name in {channels}',
  ),
  stepRow(
    'conda-unreachable',
    'output',
    unread,
    'RunFailed',
    'conda cannot read a channel; not tried again, as a wrong address looks the same',
    'conda could not read {address}, so nothing is known about the packages; check {channels} and the proxy, then ask for a retry',
    unreachedChannel,
  ),
];

/** In this order: what is not found comes before the conflict that follows from it. */
const packages: readonly PackageRow[] = [
  // conda, before version 4.9 too: a list of the requested packages, one per line.
  packageRow('conda-not-found', 'conda', 'PackageNotFound', notFound('conda'), {
    what: 'the channels have no such package',
    match: /(?:PackagesNotFoundError|ResolvePackageNotFound):[^\n]{0,200}\n\s*((?:- [^\n]+\n?[ \t]*)+)/,
    separator: /\n/,
    hint: condaHint,
  }),
  // mamba 1 has a dash before the name, mamba 2 draws a tree; what a package of the list needs stands further in.
  packageRow('mamba-not-found', 'conda', 'PackageNotFound', notFound('conda'), {
    what: 'the channels have no such package or version, in the words of mamba',
    match: /^\s*(?:[-├└]─?) ([\w.+-]+)(?: \S+){0,3} does not exist \(perhaps a typo/m,
    hint: condaHint,
  }),
  packageRow('mamba-requested', 'conda', 'PackageNotFound', notFound('conda'), {
    what: 'the channels have no such package or version, in the words of libsolv',
    match: /nothing provides requested ([\w.+-]+)/,
    hint: condaHint,
  }),
  packageRow('rattler-not-found', 'conda', 'PackageNotFound', notFound('conda'), {
    what: 'the channels have no such package or version, in the words of rattler',
    match: /No candidates were found for ([\w.+-]+)/,
    hint: condaHint,
  }),
  packageRow('conda-conflict', 'conda', 'DependencyConflict', conflict('conda'), {
    what: 'two packages contradict each other, or the installed ones',
    match:
      /LibMambaUnsatisfiableError|UnsatisfiableError|Cannot solve the request|Could not solve for environment specs/,
    names:
      /^\s*(?:- )?[├└]─ ([\w.+-]+)|^\s*- package ([\w.+-]+?)-\d\S* requires|because of: ([\w.+-]+) \S+ cannot be installed/gm,
  }),
];

/** How conda's steps fail. */
export const condaFailures: ManagerFailures = { causes, packages, installs: [], builtPackage: buildsNothing };

/** What conda's own output offers instead. */
function condaHint(output: string): string {
  const offered = /did you mean:?\s*'?"?([\w.+-]+)/i.exec(output)?.[1];
  return offered === undefined ? '' : `; the channels have ${offered}`;
}

const nearby = 2000;

/** The first address behind those words. */
function unreachedChannel(output: string): Readonly<Record<string, string>> {
  const at = unread.exec(output)?.index ?? 0;
  const url = /https?:\/\/[^>)\]\s]{1,300}/.exec(output.slice(at, at + nearby))?.[0];
  return { address: url ?? 'a channel' };
}
