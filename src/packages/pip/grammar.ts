import { validRange } from '@renovatebot/pep440';
import { readRequirement } from './requirement.ts';

/** Deeper markers are no one's, and pip reads them on its stack. */
const maximumNesting = 16;
const example = 'write one such as astropy>=6,<8 or photutils[all]';

/** What has no name before it, and so cannot be compared, pinned or listed. */
const nameless = /^(?:[a-z][a-z0-9+.-]{1,20}:|\.{0,2}\/|\.$)/i;

/**
 * The fault of an entry that pip is to install: a requirement as in PEP 508, read by the grammar of the PEP, with the
 * versions of PEP 440. Direct references go by https only.
 * @param entry ASCII of bounded length
 * @returns the end of a sentence that starts with the entry, or undefined
 */
export function pipFault(entry: string): string | undefined {
  if (nameless.test(entry)) {
    return 'has no name; write "name @ https://…" (files of a build context do not exist here)';
  }
  // In a URL and in a quoted text `#` begins no comment.
  if (/#/.test(unquoted(entry).replace(/@.*$/, '')) || /\s#/.test(unquoted(entry))) {
    return 'holds a comment; remove it, or make it a comment of the YAML';
  }
  if (/\s--?[A-Za-z]/.test(unquoted(entry))) {
    return 'holds an option; only packages are allowed here';
  }
  if ((entry.match(/\(/g)?.length ?? 0) > maximumNesting) {
    return `nests more than ${maximumNesting} parentheses; make the marker simpler`;
  }
  const requirement = readRequirement(entry);
  switch (requirement?.is) {
    case undefined:
      return `is not a requirement that pip reads (PEP 508); ${example}`;
    case 'url':
      return urlFault(requirement.url);
    case 'versions': {
      const { versions } = requirement;
      if (versions.some(({ operator }) => operator === '===')) {
        // `===` compares texts, so that any text is valid.
        return versions.length === 1
          ? undefined
          : 'joins "===" with another version, and "===" takes all that follows; write it alone';
      }
      const wrong = versions.find(({ operator, version }) => !validRange(`${operator}${version}`));
      return wrong === undefined
        ? undefined
        : `asks for "${wrong.operator}${wrong.version}", which is no version specifier (PEP 440); ${example}`;
    }
  }
}

/** A direct reference among the entries without a fault: a name, perhaps with extras, and an address behind an "@". RE2 reads this, too. */
export const directReference = '^[A-Za-z0-9._-]+ *(\\[[^\\]]*\\] *)?@';

const directPattern = new RegExp(directReference);

/** Whether an entry names the address of a package in place of a version. */
export function isDirectReference(entry: string): boolean {
  return directPattern.test(entry);
}

/** The entry without what stands in quotes. */
function unquoted(entry: string): string {
  return entry.replaceAll(/"[^"]*"|'[^']*'/g, '');
}

/** A direct reference: https, from a web server or a git repository, without a credential and without what a shell reads. */
function urlFault(url: string): string | undefined {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase();
  if (scheme !== 'https' && scheme !== 'git+https') {
    return 'is fetched from elsewhere than https; write "name @ https://…" or "name @ git+https://…"';
  }
  const authority = /^[^:]*:\/\/([^/?#]*)/.exec(url)?.[1];
  if (authority === undefined || authority === '') {
    return 'names no host; write "name @ https://host/path"';
  }
  if (authority.includes('@')) {
    return 'holds a credential; remove it, and put it into the Secret that packages.credentialsSecret names';
  }
  if (/[$`"'\\<>|;(){}]/.test(url)) {
    return 'holds a character that a URL cannot; write it percent-encoded';
  }
  return undefined;
}
