import { expect } from 'vitest';
import { tooManyRequests } from '../../node/front.ts';
import { shell } from '../../node/images.ts';
import type { Case } from '../cases.ts';
import { gated, gateReached, type Place } from '../place.ts';
import type { Stage } from '../stage.ts';

const fine = `FROM ${shell}\nRUN true\n`;

/** Where a case pushes that needs a login. */
function guardedOutput({ guarded }: Stage, id: string) {
  return { repository: `${guarded.host}/team/${id}`, pushSecret: 'push' };
}

async function builtOnce(place: Place, spec: Parameters<Place['apply']>[0]): Promise<void> {
  const at = await place.apply(spec);
  await place.shown({ reason: 'BuildSucceeded' }, at);
}

/** Failures of a registry before a build, during one and at its end. */
export const registryCases: readonly Case[] = [
  {
    id: 'base-not-found',
    provoked: 'baseImage names a tag that does not exist',
    shows: [{ reason: 'BaseImageNotFound', failure: 'BaseImageNotFound' }],
    jobs: 0,
    provoke: (place) => place.apply({ baseImage: 'debian:no-such-tag' }),
  },
  {
    id: 'base-unauthorized',
    provoked: 'baseImage needs a login and no pullSecret is named',
    shows: [{ reason: 'BaseImageUnauthorized', failure: 'BaseImageUnauthorized' }],
    jobs: 0,
    provoke: (place, { guarded }) => place.apply({ baseImage: `${guarded.host}/team/base:1` }),
  },
  {
    id: 'certificate',
    provoked: 'baseImage is in a registry whose certificate no bundle knows',
    shows: [{ reason: 'Retrying', failure: 'CertificateUntrusted' }],
    jobs: 0,
    provoke: (place, { foreign }) => place.apply({ baseImage: `${foreign.host}/team/base:1` }),
  },
  {
    id: 'rate-limit',
    provoked: 'the registry of the base answers 429 for a while',
    shows: [{ reason: 'Retrying', failure: 'RateLimited' }, { reason: 'BuildSucceeded' }],
    jobs: 1,
    provoke: async (place, { front }) => {
      front.answer('library/debian', tooManyRequests);
      const at = await place.apply({ dockerfile: `FROM ${front.host}/library/debian:bookworm-slim\nRUN true\n` });
      await place.shown({ reason: 'Retrying', failure: 'RateLimited' }, at);
      front.answer('library/debian', null);
      return at;
    },
  },
  {
    id: 'push-unauthorized',
    provoked: 'no credential may push to the output repository',
    shows: [{ reason: 'PushUnauthorized', failure: 'PushUnauthorized' }],
    jobs: 0,
    provoke: (place, { guarded }) =>
      place.apply({ dockerfile: fine, output: { repository: `${guarded.host}/team/forbidden` } }),
  },
  {
    id: 'push-right-lost',
    provoked: 'the right to push is taken away while the build runs',
    shows: [{ reason: 'PushUnauthorized', failure: 'PushUnauthorized' }],
    jobs: 1,
    provoke: async (place, stage) => {
      const { guarded } = stage;
      await place.login('push', guarded.host, guarded.leaver);
      await place.apply({ dockerfile: gated(), output: guardedOutput(stage, 'lost') });
      const pod = await place.logged(gateReached);
      await guarded.allow([guarded.login]);
      await place.open(pod);
      return place.podEnd(1);
    },
  },
  {
    id: 'credentials-invalid',
    provoked: 'the push Secret holds no valid credentials file; corrected later',
    shows: [{ reason: 'Retrying', failure: 'CredentialsInvalid' }, { reason: 'BuildSucceeded' }],
    jobs: 1,
    provoke: async (place, stage) => {
      const { guarded } = stage;
      const broken = JSON.stringify({ auths: { [guarded.host]: { auth: 'no base64!' } } });
      await place.create({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'push' },
        type: 'kubernetes.io/dockerconfigjson',
        stringData: { '.dockerconfigjson': broken },
      });
      const at = await place.apply({ dockerfile: fine, output: guardedOutput(stage, 'invalid') });
      await place.shown({ reason: 'Retrying', failure: 'CredentialsInvalid' }, at);
      await place.login('push', guarded.host, guarded.login);
      return at;
    },
  },
  {
    id: 'secret-missing',
    provoked: 'the push Secret does not exist; created later',
    shows: [{ reason: 'WaitingForSecret' }, { reason: 'BuildSucceeded' }],
    jobs: 1,
    provoke: async (place, stage) => {
      const at = await place.apply({ dockerfile: fine, output: guardedOutput(stage, 'missing') });
      await place.shown({ reason: 'WaitingForSecret' }, at);
      await place.login('push', stage.guarded.host, stage.guarded.login);
      return at;
    },
  },
];

/** One after the other: they end the registry that they share. */
export const goneRegistryCases: readonly Case[] = [
  {
    id: 'base-registry-down',
    provoked: 'the registry of the base is down, and comes back',
    shows: [{ reason: 'Retrying', failure: 'RegistryUnavailable' }, { reason: 'BaseImageNotFound' }],
    jobs: 0,
    provoke: async (place, { unreliable }) => {
      await unreliable.stop();
      const at = await place.apply({ baseImage: `${unreliable.host}/team/base:1` });
      await place.shown({ reason: 'Retrying', failure: 'RegistryUnavailable' }, at);
      await unreliable.start();
      return at;
    },
  },
  {
    id: 'registry-down-at-push',
    provoked: 'the output registry goes down while the build runs, and comes back',
    shows: [{ reason: 'Retrying', failure: 'RegistryUnavailable' }, { reason: 'BuildSucceeded' }],
    jobs: 2,
    provoke: async (place, { unreliable }) => {
      await unreliable.start();
      await place.apply({ dockerfile: gated(), output: { repository: `${unreliable.host}/team/late` } });
      const pod = await place.logged(gateReached);
      await unreliable.stop();
      await place.open(pod);
      const end = await place.podEnd(1);
      await place.shown({ reason: 'Retrying', failure: 'RegistryUnavailable' }, end);
      await unreliable.start();
      await place.open(await place.logged(gateReached, 1));
      return end;
    },
  },
  {
    id: 'image-missing',
    provoked: 'the published image is deleted from its registry',
    shows: [{ reason: 'BuildSucceeded' }],
    jobs: 2,
    provoke: async (place, { unreliable }) => {
      await unreliable.start();
      await builtOnce(place, { dockerfile: fine, output: { repository: `${unreliable.host}/team/gone` } });
      const digest = (await place.kubectl(['get', 'imagespec', '-o', 'jsonpath={.items[0].status.image}'])).split(
        '@',
      )[1];
      const cause = Date.now();
      const answer = await fetch(`http://${unreliable.host}/v2/team/gone/manifests/${digest}`, { method: 'DELETE' });
      expect(answer.status).toBe(202);
      return cause;
    },
    afterwards: async (_place, _stage, states) => {
      expect(states.at(-1)?.object.status?.build?.reasons).toEqual(['ImageMissing']);
    },
  },
];
