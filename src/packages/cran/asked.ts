import { type Asked, unknownVersions } from '../asked/asked.ts';
import { compared, versionOf } from '../asked/interval.ts';
import { cranPartsOf } from './grammar.ts';

/** Name and version of an entry for R, whose versions part their numbers with "." and "-" alike. */
export function askedOfCran(entry: string): Asked {
  const { name, version } = cranPartsOf(entry);
  const numbers = version === null ? null : versionOf(version.replaceAll('-', '.'));
  return {
    name,
    condition: '',
    versions: numbers === null ? unknownVersions : { is: 'range', interval: compared('==', numbers) },
  };
}
