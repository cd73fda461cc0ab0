import { beforeAll, describe, expect, it } from 'vitest';
import { annotations } from '../../src/api/names.ts';
import { actionsOf, openRequest, requests } from '../gitops/says.ts';
import { objectOf, type State, stateNamed, states } from '../gitops/states.ts';
import { type Answer, ask, type Scripts, shippedScripts } from './lua.ts';

let scripts: Scripts;
let offered: readonly Answer[];
let offeredMeanwhile: readonly Answer[];
let results: ReadonlyMap<string, Answer>;

const resourceVersion = '48213';
const first = stateNamed('build-succeeded');
const object = seen(first, { note: 'kept' });

/** The object as the API server has it. */
function seen(state: State, asked: Readonly<Record<string, string>> | undefined): object {
  return {
    ...objectOf(state),
    metadata: {
      name: state.name,
      generation: state.generation,
      resourceVersion,
      // An empty map must come back as one: Lua has one kind of table.
      labels: {},
      ...(asked === undefined ? {} : { annotations: asked }),
    },
    status: state.status ?? { observedGeneration: -1 },
  };
}

beforeAll(async () => {
  scripts = await shippedScripts();
  const discover = { do: 'discover', libraries: 'few', script: scripts.discovery } as const;
  offered = await ask(states.map((state) => ({ ...discover, object: seen(state, undefined) })));
  offeredMeanwhile = await ask(states.map((state) => ({ ...discover, object: seen(state, openRequest) })));
  const named = [...scripts.actions];
  const answers = await ask(named.map(([, script]) => ({ do: 'act', libraries: 'few', script, object })));
  results = new Map(named.flatMap(([name], index) => (answers[index] === undefined ? [] : [[name, answers[index]]])));
});

function byName(actions: ReturnType<typeof actionsOf>): object {
  return Object.fromEntries(actions.map(({ name, ...action }) => [name, action]));
}

describe('the menu', () => {
  it.each(states.map((state, index) => ({ ...state, index })))(
    'offers what the command line accepts: $name',
    (state) => {
      expect(offered[state.index]).toEqual({ value: byName(actionsOf(state)) });
    },
  );

  it.each(states.map((state, index) => ({ ...state, index })))(
    'offers no request while another one is open: $name',
    (state) => {
      expect(offeredMeanwhile[state.index]).toEqual({ value: byName(actionsOf(state, openRequest)) });
    },
  );

  it('has each action in some state, and not in every state', () => {
    for (const name of scripts.actions.keys()) {
      const words = states.map((state) => actionsOf(state).find((action) => action.name === name)?.disabled);
      expect(new Set(words)).toEqual(new Set([true, false]));
    }
  });

  it('has an action for each request of the command line, and no other than these two', () => {
    expect([...scripts.actions.keys()].toSorted()).toEqual([...requests, 'resume', 'suspend'].toSorted());
  });
});

describe('an action', () => {
  it.each(requests)('asks by its annotation and changes nothing else: %s', (request) => {
    const changed = { note: 'kept', [annotations[request]]: `argocd-${resourceVersion}` };
    expect(results.get(request)).toEqual({ value: seen(first, changed) });
  });

  it.each([
    ['suspend', true],
    ['resume', false],
  ] as const)('sets spec.suspend and changes nothing else: %s', (name, suspend) => {
    const changed = { ...first, spec: { ...first.spec, suspend } };
    expect(results.get(name)).toEqual({ value: seen(changed, { note: 'kept' }) });
  });

  it('asks again when it is chosen again: its value follows the version of the object', async () => {
    const script = scripts.actions.get('rebuild') ?? '';
    const versions = ['1', '2'].map((version) => ({ metadata: { resourceVersion: version }, spec: {} }));
    const answers = await ask(versions.map((one) => ({ do: 'act', libraries: 'few', script, object: one })));
    expect(answers.map(({ value }) => value)).toEqual(
      ['1', '2'].map((version) => ({
        metadata: { resourceVersion: version, annotations: { [annotations.rebuild]: `argocd-${version}` } },
        spec: {},
      })),
    );
  });
});
