import { type Asked, type AskedVersions, unknownVersions } from '../asked/asked.ts';
import { beginning, both, compared, everything, type Interval, versionOf } from '../asked/interval.ts';
import { normalisedPipName } from '../contents/contents.ts';
import { pipPartsOf } from './pin.ts';
import { readRequirement, type Specifier } from './requirement.ts';

/** Name, marker and versions of a requirement (PEP 440, as far as numbers go). */
export function askedOfPip(entry: string): Asked {
  const parts = pipPartsOf(entry);
  const name = normalisedPipName(/^[A-Za-z0-9._-]*/.exec(entry)?.[0] ?? '');
  return parts.is === 'direct'
    ? { name, condition: '', versions: { is: 'exactly', text: parts.url } }
    : { name, condition: parts.marker.replaceAll(/\s/g, '').replaceAll("'", '"'), versions: versionsOf(entry) };
}

function versionsOf(entry: string): AskedVersions {
  const read = readRequirement(entry);
  return read?.is === 'versions'
    ? { is: 'range', interval: read.versions.map(intervalOf).reduce(both, everything) }
    : unknownVersions;
}

function intervalOf({ operator, version }: Specifier): Interval {
  const isPrefix = version.endsWith('.*');
  const numbers = versionOf(isPrefix ? version.slice(0, -2) : version);
  if (numbers === null) {
    return everything;
  }
  switch (operator) {
    case '==':
    case '===':
      return isPrefix ? beginning(numbers) : compared('==', numbers);
    case '>=':
    case '<=':
    case '>':
    case '<':
      return compared(operator, numbers);
    case '~=':
      return both(compared('>=', numbers), beginning(numbers.slice(0, -1)));
    default:
      return everything;
  }
}
