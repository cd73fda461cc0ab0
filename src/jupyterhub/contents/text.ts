import { failed, ok, type Result } from '../../api/result.ts';
import {
  type BuildContents,
  byList,
  type CondaPackage,
  hasFormOfPackage,
  type ListName,
  listNames,
  type Package,
  type PackageLists,
} from '../../packages/contents/contents.ts';

/** More than any real image has, and little enough for a ConfigMap that holds nothing else. */
const maximumBytes = 800_000;

/**
 * One build's packages as text to read and to search: `MANAGER NAME VERSION`, for conda also BUILD and CHANNEL (`-` when it
 * is not known). A line of another environment ends with its folder. Comments say what it is about. What does not fit into a
 * ConfigMap is left out and counted.
 */
export function formatContents({ number, image, bases, contents }: BuildContents): string {
  const lines = listNames.flatMap((list) => contents[list].map((entry) => lineOf(list, entry)));
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

type AnyPackage = Package & Partial<CondaPackage>;

function lineOf(list: ListName, { name, version, build, channel, environment = '' }: AnyPackage): string {
  const origin = build === undefined ? [] : [build, channel ?? '-'];
  return [list, name, version, ...origin, environment].filter((field) => field !== '').join(' ');
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
  const found: Found = {
    ...byList((): Package[] => []),
    conda: [],
    pip: [],
  };
  for (const [index, content] of lines.entries()) {
    if (!content.startsWith('#') && !take(found, content.split(' '))) {
      return failed(`line ${index + 1} is no package: ${JSON.stringify(content.slice(0, 80))}`);
    }
  }
  return ok({ number, image, bases, contents: { ...found, omitted: Number(first('omitted') ?? 0) } });
}

type Found = { readonly [List in ListName]: PackageLists[List][number][] };

/** Adds the package of a line; says whether it is one. */
function take(found: Found, [first = '', name = '', version = '', ...more]: readonly string[]): boolean {
  const list = listNames.find((candidate) => candidate === first);
  switch (list) {
    case undefined:
      return false;
    case 'apt':
    case 'apk':
    case 'rpm':
    case 'r':
      return more.length === 0 && add(found[list], { name, version });
    case 'conda': {
      const [build = '', channel = '', environment = ''] = more;
      return add(found[list], { name, version, build, channel: channel === '-' ? null : channel, environment });
    }
    case 'pip':
      return add(found[list], { name, version, environment: more[0] ?? '' });
  }
}

function add<T extends Package>(list: T[], entry: T): boolean {
  const fits = hasFormOfPackage(entry);
  if (fits) {
    list.push(entry);
  }
  return fits;
}
