import type { parseArgs } from 'node:util';
import type { Target } from './documents/krew.ts';

/** How a release is made. */
export interface Options {
  readonly is: 'release';
  /** `dry run`: to a registry on this machine, from any state of the repository. `try`: to a given registry, all the same. */
  readonly mode: 'dry run' | 'try' | 'publish';
  /** What the command line says in place of package.json. */
  readonly place: { readonly registry?: string; readonly url?: string };
  readonly tls: 'with TLS' | 'without TLS';
  readonly standIns: 'allowed' | 'refused';
  /** Platforms of the command line. */
  readonly targets: readonly Target[];
}

/** What a person wants of `npm run release`. */
export type Asked = Options | { readonly is: 'help' } | { readonly is: 'prepare'; readonly version: string };

const allTargets: readonly Target[] = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win-x64'];

export const usage = `npm run release -- [options]

  --dry-run            make everything, and push it to a registry on this machine that ends with the command
  --try                make everything, and push it to --registry from any commit, tagged or not
  --prepare VERSION    stamp a version: package.json, what is generated from it, and the changelog's section
  --registry HOST/PATH where image and chart go, in place of release.registry of package.json
  --url URL            the project's address, in place of release.url of package.json
  --insecure           the registry answers without TLS
  --targets LIST       platforms of the command line; default: ${allTargets.join(',')}; none: no command line

Without --dry-run, --try and --prepare: publishes the tagged commit. Everything is left in release/.
`;

/** @throws Error with what to write instead. */
export function optionsOf(argv: readonly string[], parse: typeof parseArgs): Asked {
  const { values } = parse({
    args: [...argv],
    options: {
      help: { type: 'boolean', default: false },
      'dry-run': { type: 'boolean', default: false },
      try: { type: 'boolean', default: false },
      prepare: { type: 'string' },
      registry: { type: 'string' },
      url: { type: 'string' },
      insecure: { type: 'boolean', default: false },
      targets: { type: 'string', default: allTargets.join(',') },
    },
  });
  if (values.help) {
    return { is: 'help' };
  }
  if (values.prepare !== undefined) {
    return { is: 'prepare', version: values.prepare };
  }
  const { registry, url } = values;
  if (values.try && registry === undefined) {
    throw new Error('--try needs --registry HOST/PATH, to which you may push');
  }
  if (values.try && values['dry-run']) {
    throw new Error('write --dry-run or --try, not both');
  }
  const mode = values['dry-run'] ? 'dry run' : values.try ? 'try' : 'publish';
  return {
    is: 'release',
    mode,
    place: { ...(registry === undefined ? {} : { registry }), ...(url === undefined ? {} : { url }) },
    tls: values.insecure ? 'without TLS' : 'with TLS',
    standIns: mode === 'publish' ? 'refused' : 'allowed',
    targets: targetsOf(values.targets),
  };
}

function targetsOf(list: string): readonly Target[] {
  if (list === 'none') {
    return [];
  }
  return list.split(',').map((name) => {
    const target = allTargets.find((one) => one === name);
    if (target === undefined) {
      throw new Error(`--targets: "${name}" is no platform; write some of ${allTargets.join(',')}, or none`);
    }
    return target;
  });
}
