import { type Asked, type AskedVersions, unknownVersions } from '../asked/asked.ts';
import { beginning, both, compared, everything, type Interval, versionOf } from '../asked/interval.ts';
import { plainPartsOf } from './grammar.ts';

/** Name and versions of a match specification, as far as its versions are numbers joined by commas. */
export function askedOfConda(entry: string): Asked {
  const { name, version } = plainPartsOf(entry);
  return { name: name.toLowerCase(), condition: '', versions: versionsOf(version) };
}

function versionsOf(text: string): AskedVersions {
  return /[|()]/.test(text)
    ? unknownVersions
    : { is: 'range', interval: text.split(',').map(intervalOf).reduce(both, everything) };
}

function intervalOf(part: string): Interval {
  const [, operator = '', version = ''] = /^\s*(==|=|>=|<=|>|<|~=|!=)?\s*(\S*)\s*$/.exec(part) ?? [];
  const isPrefix = version.endsWith('.*');
  const numbers = versionOf(isPrefix ? version.slice(0, -2) : version);
  if (numbers === null) {
    return everything;
  }
  switch (operator) {
    case '':
    case '==':
      return isPrefix ? beginning(numbers) : compared('==', numbers);
    case '=':
      return beginning(numbers);
    case '>=':
    case '<=':
    case '>':
    case '<':
      return compared(operator, numbers);
    case '~=':
      return both(compared('>=', numbers), beginning(numbers.length === 1 ? numbers : numbers.slice(0, -1)));
    default:
      return everything;
  }
}
