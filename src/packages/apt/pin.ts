import type { Contents } from '../contents/contents.ts';
import { absent, type Pin, pinned } from '../pin.ts';
import { aptFault } from './grammar.ts';

/**
 * `NAME` or `NAME:ARCHITECTURE` of an entry of packages.apt.
 * @param entry one without a fault
 */
export function aptNameOf(entry: string): string {
  return entry.replace(/[=/].*$/, '');
}

/** The entry with the version that is installed. */
export function pinApt(entry: string, { apt }: Contents): Pin {
  const name = aptNameOf(entry);
  const [plain] = name.split(':');
  const found = apt.find((other) => other.name === name) ?? apt.find((other) => other.name === plain);
  return found === undefined ? absent : pinned(`${name}=${found.version}`, aptFault);
}
