import type { Contents } from '../contents/contents.ts';
import { normalisedPipName } from '../contents/contents.ts';
import { quoted } from '../entries/quote.ts';
import { managers } from '../managers.ts';
import type { PackageFields } from '../names.ts';
import type { Asked } from './asked.ts';
import type { EntryFinding } from './contradictions.ts';
import { both, compared, isEmpty, versionOf } from './interval.ts';

interface Installed {
  readonly name: string;
  readonly version: string;
}

/** Entries that the base already has in a version that they do not let through: the build changes what the base was made with. */
export function againstBase(fields: PackageFields, contents: Contents): readonly EntryFinding[] {
  const main = contents.conda.filter(({ environment }) => environment === '');
  const python = [...contents.pip.filter(({ environment }) => environment === ''), ...main].map(
    ({ name, version }) => ({
      name: normalisedPipName(name),
      version,
    }),
  );
  return [
    ...changed('conda', fields.conda, managers.conda.asked, main),
    ...changed('pip', fields.pip, managers.pip.asked, python),
    ...changed('cran', fields.cran, managers.cran.asked, contents.r),
  ];
}

function changed(
  list: string,
  entries: readonly string[],
  asked: (entry: string) => Asked,
  installed: readonly Installed[],
): readonly EntryFinding[] {
  const versions = new Map(installed.map(({ name, version }) => [name, version]));
  return entries.flatMap((entry, index) => {
    const wanted = asked(entry);
    const version = versions.get(wanted.name);
    const numbers = version === undefined ? null : versionOf(version.replaceAll('-', '.'));
    const isOther =
      numbers !== null &&
      wanted.versions.is === 'range' &&
      isEmpty(both(wanted.versions.interval, compared('==', numbers)));
    return isOther
      ? [
          {
            place: `spec.packages.${list}[${index}]`,
            message: `${quoted(entry)}: the base has ${wanted.name} ${version ?? ''}; the build replaces it, and what the base has for that version may no longer work`,
          },
        ]
      : [];
  });
}
