import { describe, expect, it } from 'vitest';
import { build, image, started, view } from '../../../test/support/views.ts';
import { promiseOf } from './answerRequest.ts';
import type { Request, View } from './status/standing.ts';

const resolved = 'BaseResolved=True:Resolved';
const ended = { ...started, completionTime: '2026-11-25T20:00:09Z' };
const failure = { reason: 'RegistryUnavailable', message: 'm' };

const good = view(['Ready=True:BuildSucceeded astro built', resolved], {
  status: { image, build: { ...ended, image } },
});
const broken = view(['Ready=False:RunFailed make ended with 2', resolved], { status: { build: ended } });
const invalid = view(['Ready=False:InvalidSpec spec.packages.pip[0] is an option']);
const queued = view(['Ready=Unknown:Queued m', resolved], { status: { build }, jobs: [] });
const building = view(['Ready=Unknown:Building m', resolved], { status: { image, build: started } });
const retrying = view(['Ready=Unknown:Retrying m', resolved], { status: { build: ended, failure } });
const resolving = view(['Ready=Unknown:ResolvingBase the base is looked up'], { status: { build: ended } });
const verifying = view(['Ready=Unknown:Verifying m', resolved], { status: { build: { ...ended, image } } });
const suspended = view(['Ready=Unknown:Suspended m'], { spec: { baseImage: 'a', suspend: true } });
const skipped = view(['Ready=True:BuildSucceeded'], {
  spec: { baseImage: 'a', jupyterHub: { policy: 'Skip' } },
  status: { image },
});
const disabled = view(['Ready=True:BuildSucceeded', 'JupyterHubCompatible=Unknown:ProbeDisabled m'], {
  status: { image },
});
const unseen = view([], { status: { observedGeneration: -1 } });

describe('promiseOf', () => {
  it.each<readonly [Request, View, string]>([
    ['rebuild', good, 'vision/astro is built again: the operator looks up the base again'],
    ['rebuild', broken, 'is built again'],
    ['rebuild', building, 'the current build is stopped'],
    ['retry', broken, 'is retried, with the layer cache: the last attempt ended with RunFailed'],
    ['retry', retrying, 'the last attempt ended with RegistryUnavailable'],
    ['launch', good, `${image} is launched again; condition JupyterHubCompatible shows the verdict`],
    ['cancel', queued, 'the build of vision/astro is stopped'],
    ['cancel', building, `its last good image ${image} stays`],
    ['cancel', retrying, 'the build of vision/astro is stopped'],
  ])('%s is accepted: %#', (request, seen, words) => {
    const promise = promiseOf(seen, request);
    expect(promise.ok ? promise.value : '').toContain(words);
  });

  it.each<readonly [Request, View, string]>([
    ['rebuild', invalid, 'vision/astro is InvalidSpec: spec.packages.pip[0] is an option; change the spec'],
    ['rebuild', suspended, 'set spec.suspend to false first'],
    ['rebuild', unseen, 'wait, then try again'],
    ['retry', good, 'nothing has failed: vision/astro is BuildSucceeded: astro built; "rebuild" builds it again'],
    ['retry', building, 'the operator is working on it'],
    ['retry', invalid, 'a retry would fail in the same way'],
    ['retry', suspended, 'set spec.suspend to false first'],
    ['launch', broken, 'there is no image to launch: vision/astro is RunFailed'],
    ['launch', suspended, 'set spec.suspend to false first'],
    ['launch', skipped, 'spec.jupyterHub.policy of vision/astro is Skip'],
    ['launch', disabled, 'the administrator disabled launches'],
    ['cancel', good, 'there is no build to cancel: vision/astro is BuildSucceeded'],
    ['cancel', broken, 'there is no build to cancel: vision/astro is RunFailed'],
    ['cancel', resolving, 'spec.suspend: true keeps it from starting'],
    ['cancel', verifying, 'there is no build to cancel'],
    ['cancel', suspended, 'there is no build to cancel'],
  ])('%s is refused with what to do: %#', (request, seen, words) => {
    const promise = promiseOf(seen, request);
    expect(promise.ok ? '' : promise.failure).toContain(words);
  });
});
