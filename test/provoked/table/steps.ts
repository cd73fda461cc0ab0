import { python, shell } from '../../node/images.ts';
import type { Case } from '../cases.ts';
import type { Place } from '../place.ts';

/** Builds this; the cause is the end of the Pod. */
function built(spec: Parameters<Place['apply']>[0]): Case['provoke'] {
  return async (place) => {
    await place.apply(spec);
    return place.podEnd(1);
  };
}

const debian = 'debian:bookworm-slim';

/** Each uses two megabytes, less than the builder, which is then the largest process. */
const small = `i=0; while [ $i -lt 60 ]; do
  ( x=$(head -c 2000000 /dev/zero | tr '\\0' x); sleep 30; echo \${#x} ) & i=$((i + 1));
  done; wait`;

/** A failure of a build step is never retried. */
export const stepCases: readonly Case[] = [
  {
    id: 'run-exit-code',
    provoked: 'a RUN step ends with exit code 3',
    shows: [{ reason: 'RunFailed', failure: 'RunFailed' }],
    jobs: 1,
    provoke: built({ dockerfile: `FROM ${shell}\nRUN echo bad luck && exit 3\n` }),
  },
  {
    id: 'apt-package',
    provoked: 'packages.apt names a package that does not exist',
    shows: [{ reason: 'PackageNotFound' }],
    jobs: 1,
    provoke: built({ baseImage: debian, packages: { apt: ['no-such-package-here'] } }),
  },
  {
    id: 'pip-package',
    provoked: 'packages.pip names a package that does not exist',
    shows: [{ reason: 'PackageNotFound' }],
    jobs: 1,
    provoke: built({ baseImage: python, packages: { pip: ['astropyy-does-not-exist'] } }),
  },
  {
    id: 'conda-package',
    provoked: 'packages.conda names a package that does not exist',
    shows: [{ reason: 'PackageNotFound' }],
    jobs: 1,
    provoke: built({ baseImage: python, packages: { conda: ['no-such-kelp>=2'] } }),
  },
  {
    id: 'conda-conflict',
    provoked: 'packages.conda names two packages that exclude each other',
    shows: [{ reason: 'DependencyConflict' }],
    jobs: 1,
    provoke: built({ baseImage: python, packages: { conda: ['kelp', 'urchin'] } }),
  },
  {
    id: 'pip-conflict',
    provoked: 'packages.pip pins two versions that exclude each other',
    shows: [{ reason: 'DependencyConflict' }],
    jobs: 1,
    provoke: built({ baseImage: python, packages: { pip: ['requests==2.31.0', 'urllib3==1.20'] } }),
  },
  {
    id: 'manager-missing',
    provoked: 'packages.conda on a base without conda',
    shows: [{ reason: 'PackageManagerMissing' }],
    jobs: 1,
    provoke: built({ baseImage: shell, packages: { conda: ['kelp'] } }),
  },
  {
    id: 'compiler-missing',
    provoked: 'a Python package has to be compiled and the base has no compiler',
    shows: [{ reason: 'RunFailed' }],
    jobs: 1,
    provoke: built({ baseImage: python, packages: { pip: ['cchardet==2.1.7'] } }),
  },
  {
    id: 'out-of-memory-step',
    provoked: 'a RUN step takes 200 MB where the limit of the build is 128 Mi',
    shows: [{ reason: 'OutOfMemory', failure: 'OutOfMemory' }],
    jobs: 1,
    provoke: built({
      dockerfile: `FROM ${shell}\nRUN x=$(head -c 200000000 /dev/zero | tr '\\0' x); echo \${#x}\n`,
      build: { resources: { limits: { memory: '128Mi' } } },
    }),
  },
  {
    id: 'out-of-memory-builder',
    provoked: 'many small processes of a RUN step fill the limit, and the builder is killed instead of them',
    shows: [{ reason: 'OutOfMemory', failure: 'OutOfMemory' }],
    jobs: 1,
    provoke: built({
      dockerfile: `FROM ${shell}\nRUN ${small.replaceAll('\n', ' ')}\n`,
      build: { resources: { limits: { memory: '100Mi' } } },
    }),
  },
  {
    id: 'disk-full',
    provoked: 'a RUN step writes 300 MB where the limit of the build is 100 Mi',
    shows: [{ reason: 'DiskFull', failure: 'DiskFull' }],
    jobs: 1,
    provoke: built({
      dockerfile: `FROM ${shell}\nRUN head -c 300000000 /dev/zero > /large && sleep 60\n`,
      build: { resources: { limits: { 'ephemeral-storage': '100Mi' } } },
    }),
  },
  {
    id: 'build-timeout',
    provoked: 'a RUN step takes longer than build.timeoutSeconds: 60',
    shows: [{ reason: 'BuildTimeout', failure: 'BuildTimeout' }],
    jobs: 1,
    provoke: built({ dockerfile: `FROM ${shell}\nRUN sleep 600\n`, build: { timeoutSeconds: 60 } }),
  },
  {
    id: 'base-replaced',
    provoked: 'a RUN step puts another image in place of the stage that the last one is FROM',
    shows: [{ reason: 'DigestMismatch', failure: 'DigestMismatch' }],
    jobs: 1,
    // The builder keeps a stage that another one is FROM as a file with the number of the stage.
    provoke: built({
      dockerfile: `FROM ${shell} AS good
FROM ${debian} AS evil
FROM evil AS swap
RUN cp /kaniko/stages/1 /kaniko/stages/0 && echo swapped > /swapped
FROM good
COPY --from=swap /swapped /swapped
`,
    }),
  },
];
