import { quantityOf } from './quantity.ts';

/** A setting that others or the cluster contradict, at its place. */
interface Contradiction {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** The settings that depend on each other. */
interface Settings {
  readonly output: { readonly pushSecret: string | null };
  readonly cache: { readonly secret: string | null };
  readonly registries: { readonly pullSecrets: readonly { readonly secret: string }[] };
  readonly jupyterHub: {
    readonly publish: readonly { readonly pullSecret: string | null }[];
    readonly probe: { readonly resources: Resources };
  };
  readonly build: { readonly resources: Resources; readonly ceilings: { readonly resources: Amounts } };
}

type Amounts = Readonly<Record<string, string | undefined>>;

interface Resources {
  readonly requests: Amounts;
  readonly limits: Amounts;
}

/** What no setting shows alone. */
export function contradictions(settings: Settings): readonly Contradiction[] {
  const { build, jupyterHub } = settings;
  return [
    ...sharedSecrets(settings),
    ...zeroCeilings(settings),
    ...requestsAboveLimits(['build', 'resources'], build.resources),
    ...requestsAboveLimits(['jupyterHub', 'probe', 'resources'], jupyterHub.probe.resources),
  ];
}

/** Others than the operator get these Secrets, so none may open the repository of a published image. */
function sharedSecrets({ output, cache, registries, jupyterHub }: Settings): readonly Contradiction[] {
  const read = 'build steps can read it; create a Secret that can only pull';
  const shared = [
    { path: ['cache', 'secret'], secret: cache.secret, why: 'build steps can read it' },
    ...registries.pullSecrets.map(({ secret }, index) => ({
      path: ['registries', 'pullSecrets', index, 'secret'],
      secret,
      why: read,
    })),
    ...jupyterHub.publish.map(({ pullSecret }, index) => ({
      path: ['jupyterHub', 'publish', index, 'pullSecret'],
      secret: pullSecret,
      why: "it is for the Pods of the Hub's users; create a Secret that can only pull",
    })),
  ];
  return shared.flatMap(({ path, secret, why }) =>
    secret !== null && secret === output.pushSecret
      ? [{ path, message: `must not be the Secret of output.pushSecret: ${why}` }]
      : [],
  );
}

/** To the kubelet, a limit of zero is no limit. */
function zeroCeilings({ build: { ceilings } }: Settings): readonly Contradiction[] {
  return Object.entries(ceilings.resources).flatMap(([name, most]) =>
    most !== undefined && quantityOf(most) === 0
      ? [
          {
            path: ['build', 'ceilings', 'resources', name],
            message: 'must be more than 0: a limit of 0 means no limit',
          },
        ]
      : [],
  );
}

/** The API server refuses such a Pod. To it, a limit of 0 is a limit: only the kubelet reads it as none. */
function requestsAboveLimits(path: Contradiction['path'], { requests, limits }: Resources): readonly Contradiction[] {
  return Object.entries(requests).flatMap(([name, request = '0']) => {
    const limit = Object.entries(limits).find(([other]) => other === name)?.[1];
    return limit !== undefined && (quantityOf(request) ?? 0) > (quantityOf(limit) ?? 0)
      ? [
          {
            path: [...path, 'requests', name],
            message: `must not be more than ${limit}, the limit of the same resource; Kubernetes refuses such a Pod`,
          },
        ]
      : [];
  });
}
