import type { ImageSpecSpec } from '../../../src/api/imagespec.generated.ts';

/** The CRD's bounds: characters of spec.dockerfile, entries of a list, characters of an entry. */
const bounds = { dockerfile: 32_768, entries: 1024, entry: 1024 } as const;

/** A Dockerfile of just the greatest length, which ends in a line that is no instruction: it is refused, after all was read. */
function dockerfile(start: string, unit: string): ImageSpecSpec {
  // The first line ends what may be continued.
  const end = '\n z\nx\n';
  const length = bounds.dockerfile - end.length;
  return { dockerfile: `${start}${unit.repeat(length)}`.slice(0, length) + end };
}

function entries(unit: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${index}${unit.repeat(bounds.entry)}`.slice(0, bounds.entry));
}

/** Specs that the API server stores and that cost a reader as much as they can; every one is refused. */
export const hostileSpecs: readonly ImageSpecSpec[] = [
  dockerfile('FROM a/b\nADD ', '['),
  dockerfile('FROM a/b\nRUN "', '\\"'),
  dockerfile('', 'FROM a/b\n'),
  dockerfile('FROM a/b\n', 'ONBUILD '),
  dockerfile('FROM a/b\nRUN ', '--x '),
  dockerfile('FROM a/b\nRUN x \\\n', '#\n'),
  dockerfile('', 'ARG a=$a$a\n'),
  dockerfile('FROM a/b\n', 'ENV a\n'),
  { baseImage: 'a/b', packages: { conda: [...entries(',', bounds.entries)] } },
  { baseImage: 'a/b', packages: { pip: [...entries('==1,', 190)] } },
];
