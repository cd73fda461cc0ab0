/** How a registry wants to be asked (RFC 9110 section 11.6.1; distribution specification, token authentication). */
export type Challenge =
  | { readonly is: 'basic' }
  | { readonly is: 'bearer'; readonly realm: string; readonly service: string; readonly scope: string };

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const parameter = new RegExp(`^(${token})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|(${token}))`);
const scheme = new RegExp(`^(${token})(?=\\s|,|$)`);
const longestHeader = 8192;

/**
 * The first challenge of a `WWW-Authenticate` header that we can answer. There may be several in one header, such as
 * `Negotiate` before `Basic`.
 */
export function readChallenge(header: string): Challenge | undefined {
  for (const { name, parameters } of splitChallenges(header.slice(0, longestHeader))) {
    if (name === 'basic') {
      return { is: 'basic' };
    }
    const realm = parameters.get('realm');
    if (name === 'bearer' && realm !== undefined) {
      return {
        is: 'bearer',
        realm,
        service: parameters.get('service') ?? '',
        scope: parameters.get('scope') ?? '',
      };
    }
  }
  return undefined;
}

interface RawChallenge {
  readonly name: string;
  readonly parameters: Map<string, string>;
}

function splitChallenges(header: string): readonly RawChallenge[] {
  const found: RawChallenge[] = [];
  let rest = header.replace(/^[\s,]+/, '');
  while (rest !== '') {
    const [pair, key = '', quoted, bare = ''] = parameter.exec(rest) ?? [];
    const [, name] = scheme.exec(rest) ?? [];
    if (pair !== undefined) {
      found.at(-1)?.parameters.set(key.toLowerCase(), quoted === undefined ? bare : quoted.replaceAll(/\\(.)/g, '$1'));
      rest = rest.slice(pair.length);
    } else if (name !== undefined) {
      found.push({ name: name.toLowerCase(), parameters: new Map() });
      rest = rest.slice(name.length);
    } else {
      rest = rest.replace(/^[^,]+/, '');
    }
    rest = rest.replace(/^[\s,]+/, '');
  }
  return found;
}
