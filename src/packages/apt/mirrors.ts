import type { Config } from '../../config/schema.ts';
import { shellWord } from '../shellWord.ts';

/**
 * Shell commands that copy the image's lists to the folder `$lists`, with the addresses of mirrors; the image keeps its own.
 * An address counts up to its end or its next "/", in the one-line form and in deb822 (sources.list(5)).
 */
export function mirroredLists(mirrors: Config['apt']['mirrors']): readonly string[] {
  const bare = (url: string) => url.replace(/\/$/, '');
  const swaps = mirrors.map(
    ({ url, mirror }) =>
      `-e ${shellWord(`s#${bare(url).replaceAll('.', '[.]')}\\(/\\|$\\|[[:space:]]\\)#${bare(mirror)}\\1#g`)}`,
  );
  return [
    'lists="$(mktemp -d)"',
    'mkdir -p "$lists/sources.list.d"',
    'touch "$lists/sources.list"',
    'for file in /etc/apt/sources.list /etc/apt/sources.list.d/*; do if [ -f "$file" ]; then ' +
      `sed ${swaps.join(' ')} "$file" > "$lists/\${file#/etc/apt/}"; fi; done`,
  ];
}
