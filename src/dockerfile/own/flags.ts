import type { Flag, Instruction } from '../reading/instruction.ts';

/** The flags that both supported builders act on; every other is ignored by one of them, silently. */
const knownFlags: ReadonlyMap<string, readonly string[]> = new Map([
  ['FROM', ['platform']],
  ['COPY', ['from', 'chown', 'chmod']],
  ['ADD', ['chown', 'chmod']],
  ['HEALTHCHECK', ['interval', 'timeout', 'start-period', 'start-interval', 'retries']],
]);

/** Why a flag is not on the list, and what helps. */
const flagAdvice: ReadonlyMap<string, string> = new Map([
  [
    'mount',
    'the builder ignores mounts or knows some of them only; install without a cache, and use packages.credentialsSecret for credentials',
  ],
  ['network', 'the builder has one network for all steps; remove it'],
  ['security', 'the builder has no such modes; remove it'],
  ['keep-git-dir', 'the builder ignores it; clone in a RUN step'],
  ['checksum', 'the builder ignores it; compare the checksum in a RUN step'],
  ['link', 'the builder ignores it; remove it'],
  ['parents', 'the builder ignores it; name the folders'],
  ['exclude', 'the builder ignores it; remove the files in a RUN step'],
]);

/** A flag by its name; the builder takes none twice. */
export function flagOf({ flags }: Instruction, name: string): Flag | undefined {
  return flags.find((flag) => flag.name === name);
}

/** Faults in the flags of an instruction. */
export function flagFaults({ keyword, flags, isPlain }: Instruction): readonly string[] {
  const known = knownFlags.get(keyword) ?? [];
  const names = new Set<string>();
  const faults = isPlain
    ? []
    : [`${keyword} with a flag in other than ASCII characters: the builder reads it otherwise; write it in ASCII`];
  for (const { name, value } of flags) {
    if (!known.includes(name)) {
      const advice = flagAdvice.get(name) ?? 'the builder knows no such flag; remove it';
      faults.push(`${keyword} --${name.slice(0, longestShown)}: ${advice}`);
    } else if (names.has(name)) {
      faults.push(`${keyword} --${name} stands twice, which the builder refuses; remove one`);
    } else if (value === null) {
      faults.push(`${keyword} --${name} has no value; write --${name}=VALUE`);
    }
    names.add(name);
  }
  return faults;
}

const longestShown = 80;
