import { describe, expect, it } from 'vitest';
import { base, run, spec } from '../../test/support/observations.ts';
import type { EffectiveSpec } from '../imagespec/effective.ts';
import { buildJob } from './job.ts';

const owner = { namespace: 'vision', name: 'astro', uid: 'uid-1' };
const registrySecrets = [{ registry: 'index.docker.io', secret: 'hub' }];
const cache = { repository: 'registry.example.com/cache/vision', secret: 'layers', ttlHours: 336 };

/** The Pod of a build. */
function podOf(changes: Partial<EffectiveSpec>) {
  const wanted: EffectiveSpec = { ...spec, pullSecret: 'own', registrySecrets, cache, ...changes };
  const { repository, pushMode } = wanted;
  const { identity } = run(null, { repository, pushMode });
  const job = buildJob({
    owner,
    identity,
    spec: wanted,
    bases: [base],
    finalBase: base,
    dockerfile: 'FROM x\n',
  });
  const pod = job.spec?.template.spec;
  const containers = [...(pod?.initContainers ?? []), ...(pod?.containers ?? [])];
  const secretOf = new Map(pod?.volumes?.map(({ name, secret }) => [name, secret?.secretName]));
  return {
    order: containers.map(({ name }) => name),
    argsOf: (name: string) => containers.find((container) => container.name === name)?.args ?? [],
    /** Names of the Secrets that a container can read. */
    secretsOf: (name: string) =>
      containers
        .find((container) => container.name === name)
        ?.volumeMounts?.flatMap((mount) => secretOf.get(mount.name) ?? []),
  };
}

describe('the Pod of a build', () => {
  it('Isolated: only the container without user steps reads the push Secret', () => {
    const pod = podOf({});
    expect(pod.order).toEqual(['credentials', 'build', 'push']);
    expect(pod.secretsOf('credentials')).toEqual(['own', 'hub', 'layers']);
    expect(pod.secretsOf('build')).toEqual([]);
    expect(pod.secretsOf('push')).toEqual(['push']);
    expect(pod.argsOf('credentials').join(' ')).not.toContain('--push');
    expect(pod.argsOf('build')).toContain('--no-push');
  });

  it("Direct: the builder pushes only to this Job's tag, and reports the digest itself", () => {
    const pod = podOf({ pushMode: 'Direct' });
    expect(pod.order).toEqual(['credentials', 'build']);
    expect(pod.secretsOf('credentials')).toEqual(['own', 'hub', 'layers', 'push']);
    expect(pod.argsOf('build')).not.toContain('--no-push');
    expect(pod.argsOf('build').join(' ')).toMatch(
      /--destination=registry\.example\.com\/imagespecs\/vision\/astro:imagespec-[0-9a-f]{20} --image-name-with-digest-file=/,
    );
  });

  it('caches layers when there is a repository for them', () => {
    expect(podOf({}).argsOf('build')).toContain('--cache-repo=registry.example.com/cache/vision');
    expect(podOf({ cache: null }).argsOf('build').join(' ')).not.toContain('--cache');
  });
});
