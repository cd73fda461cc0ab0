import type { Config } from '../config/schema.ts';
import { uniqueSorted } from './fieldInput.ts';
import { shellWord } from './shellWord.ts';

/** What a step prints when the base lacks the package manager; the failure table looks for it. */
export const managerMissingMarker = 'imagespec: this image has no';

/** The platform's settings that steps are made with. */
export type StepSettings = Pick<Config, 'pip' | 'conda' | 'apt' | 'cran'>;

/** What a step is made with besides the spec's own fields. */
export interface StepContext {
  /** Path of the mounted file with credentials; null: none is mounted. */
  readonly netrc: string | null;
  readonly settings: StepSettings;
}

/** Ends the step with the marker: the base has no `program`. */
export function missing(program: string): string {
  return `{ echo '${managerMissingMarker} ${program}' >&2; exit 127; }`;
}

/** A RUN instruction of commands of which each must succeed. */
export function runStep(commands: readonly string[]): string {
  return `RUN ${commands.join(' \\\n  && ')}`;
}

/** Entries as words of a shell command: sorted, one to a line, as the builder reads no line of more than 65,535 bytes. */
export function entryWords(entries: readonly string[]): string {
  return uniqueSorted(entries)
    .map((entry) => ` \\\n       ${shellWord(entry)}`)
    .join('');
}

/** For one command only: what reads HTTP through requests or curl takes the file that NETRC names. */
export function withNetrc(netrc: string | null): string {
  return netrc === null ? '' : `NETRC=${netrc} `;
}

/**
 * After an install as root, group-writable files stay so: new ones get the group bits of their folder, as by docker-stacks'
 * fix-permissions. A notebook user may then still upgrade a package. Reads `$prefix`.
 */
export const keepShared =
  'if [ -g "$prefix" ] || [ "$(stat -c %a "$prefix" | tail -c 3 | head -c 1)" -ge 7 ]; then find "$prefix" ! -type l ! -perm -g=rw -exec chmod g+rwX {} + ; find "$prefix" ! -group "$(stat -c %g "$prefix")" -exec chgrp -h "$(stat -c %g "$prefix")" {} + ; fi';
