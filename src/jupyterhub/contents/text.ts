import { failed, ok, type Result } from '../../api/result.ts';
import {
  type BuildContents,
  type CondaPackage,
  hasFormOfPackage,
  type Package,
  type PipPackage,
} from '../../packages/contents/contents.ts';

/** More than any real image has, and little enough for a ConfigMap that holds nothing else. */
const maximumBytes = 800_000;

/**
 * One build's packages as text to read and to search: `MANAGER NAME VERSION`, for conda also BUILD and CHANNEL (`-` when it
 * is not known), and at the end the folder of an environment that is not the main one. Comments say what it is about. What
 * does not fit into a ConfigMap is left out and counted.
 */
export function formatContents({ number, image, bases, contents }: BuildContents): string {
  const lines = [
    ...contents.apt.map((entry) => line('apt', entry)),
    ...contents.apk.map((entry) => line('apk', entry)),
    ...contents.rpm.map((entry) => line('rpm', entry)),
    ...contents.conda.map(({ build, channel, environment, ...entry }) =>
      line('conda', entry, build, channel ?? '-', environment),
    ),
    ...contents.pip.map(({ environment, ...entry }) => line('pip', entry, environment)),
    ...contents.r.map((entry) => line('r', entry)),
  ];
  let bytes = 0;
  const fitting = lines.filter((text) => {
    bytes += text.length + 1;
    return bytes <= maximumBytes;
  });
  const omitted = contents.omitted + lines.length - fitting.length;
  const head = [
    `# image ${image}`,
    `# build ${number}`,
    ...bases.map((base) => `# base ${base.image} ${base.digest}`),
    ...(omitted > 0 ? [`# omitted ${omitted}`] : []),
  ];
  return `${[...head, ...fitting].join('\n')}\n`;
}

function line(manager: keyof Found, { name, version }: Package, ...more: readonly string[]): string {
  return [manager, name, version, ...more].filter((field) => field !== '').join(' ');
}

/** Reads what `formatContents` wrote; the failure names the first line that it cannot have written. */
export function parseContentsText(text: string): Result<BuildContents, string> {
  const lines = text.split('\n').filter((content) => content !== '');
  const comments = lines.filter((content) => content.startsWith('# ')).map((content) => content.slice(2).split(' '));
  const first = (name: string) => comments.find(([key]) => key === name)?.[1];
  const image = first('image');
  const number = Number(first('build'));
  if (image === undefined || !Number.isSafeInteger(number)) {
    return failed('it does not begin with the comments "image" and "build"');
  }
  const bases = comments
    .filter(([key]) => key === 'base')
    .map(([, base = '', digest = '']) => ({ image: base, digest }));
  const found: Found = { apt: [], apk: [], rpm: [], conda: [], pip: [], r: [] };
  for (const [index, content] of lines.entries()) {
    if (!content.startsWith('#') && !take(found, content.split(' '))) {
      return failed(`line ${index + 1} is no package: ${JSON.stringify(content.slice(0, 80))}`);
    }
  }
  return ok({ number, image, bases, contents: { ...found, omitted: Number(first('omitted') ?? 0) } });
}

interface Found {
  readonly apt: Package[];
  readonly apk: Package[];
  readonly rpm: Package[];
  readonly conda: CondaPackage[];
  readonly pip: PipPackage[];
  readonly r: Package[];
}

/** Adds the package of a line; says whether it is one. */
function take(found: Found, [manager = '', name = '', version = '', ...more]: readonly string[]): boolean {
  switch (manager) {
    case 'apt':
    case 'apk':
    case 'rpm':
    case 'r':
      return more.length === 0 && add(found[manager], { name, version });
    case 'conda': {
      const [build = '', channel = '', environment = ''] = more;
      return add(found.conda, { name, version, build, channel: channel === '-' ? null : channel, environment });
    }
    case 'pip':
      return add(found.pip, { name, version, environment: more[0] ?? '' });
    default:
      return false;
  }
}

function add<T extends Package>(list: T[], entry: T): boolean {
  const fits = hasFormOfPackage(entry);
  if (fits) {
    list.push(entry);
  }
  return fits;
}
