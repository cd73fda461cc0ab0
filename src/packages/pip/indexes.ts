import { failed, ok, type Result } from '../../api/result.ts';
import type { Config } from '../../config/schema.ts';
import { quoted } from '../entries/quote.ts';
import { textFault } from '../entries/textFault.ts';

/**
 * The URL of an entry of packages.pipIndexes, which is a name of the configuration or an https URL.
 * @returns or the fault, with the place of the entry
 */
export function resolvedIndex(entry: string, index: number, { pipIndexes }: Config): Result<string, string> {
  const place = `spec.packages.pipIndexes[${index}]`;
  const text = textFault(entry);
  if (text !== undefined) {
    return failed(`${place}: ${quoted(entry)} ${text}`);
  }
  if (!entry.includes('://')) {
    const known = pipIndexes.find(({ name }) => name === entry);
    const all = pipIndexes.map(({ name }) => name).join(', ');
    return known === undefined
      ? failed(
          `${place}: ${quoted(entry)} is no index of the operator's configuration; use ${all === '' ? 'an https URL' : `one of ${all}, or an https URL`}`,
        )
      : ok(known.url);
  }
  const [, scheme = '', authority = '', path = ''] = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*)(.*)$/.exec(entry) ?? [];
  if (authority.includes('@')) {
    // Not quoted: what stands before the "@" may be a password.
    return failed(`${place}: the URL holds a credential; put it into the Secret that packages.credentialsSecret names`);
  }
  return scheme.toLowerCase() === 'https' &&
    /^[A-Za-z0-9.-]{1,253}(:\d{1,5})?$/.test(authority) &&
    /^(\/[A-Za-z0-9_.~%+-]*)*$/.test(path)
    ? ok(entry)
    : failed(
        `${place}: ${quoted(entry)} is no https URL of an index; write one such as https://pypi.example.com/simple`,
      );
}
