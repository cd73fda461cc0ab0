import { eachField, hasFields, readYaml, textOf } from '../../parts.ts';
import { emptyRecipe, joinedAll, lossOf, type Recipe } from '../../recipe.ts';
import { cranEntry } from './entries.ts';

/** renv.lock: the packages from CRAN, exactly. */
export function renvLock(file: string, text: string): Recipe {
  const read = readYaml(file, text);
  if (!read.ok) {
    return joinedAll([lossOf(file, 0, 'this is no lock file of renv: it is no JSON'), read.failure]);
  }
  const packages = read.value.at('Packages');
  if (!hasFields(packages)) {
    return lossOf(file, packages.line, 'this is no lock file of renv: it has no "Packages" with fields');
  }
  const language = read.value.at('R').at('Version');
  return joinedAll([
    eachField(packages, (field) => {
      const version = textOf(field.at('Version'));
      const source = textOf(field.at('Source')) ?? 'Repository';
      // A package of Bioconductor is from a repository too, which its name says.
      const repository = textOf(field.at('Repository')) ?? 'CRAN';
      const isOfCran = (source === 'Repository' || source === 'CRAN') && !/^bioc/i.test(repository);
      if (!isOfCran) {
        const origin = source === 'Repository' ? repository : source;
        return lossOf(
          file,
          field.line,
          `${field.name} is not from CRAN but from ${origin}, and is not carried over; install it in a Dockerfile`,
        );
      }
      return version === undefined
        ? lossOf(file, field.line, `${field.name} has no version, and is not carried over`)
        : cranEntry(file, field.line, `${field.name}@${version}`);
    }),
    textOf(language) === undefined
      ? emptyRecipe
      : lossOf(file, language.line, `R ${textOf(language) ?? ''} is not carried over; choose a base image with it`),
  ]);
}
