import { beforeAll, expect, it } from 'vitest';
import { healthOf } from '../gitops/says.ts';
import { objectOf, type State, states } from '../gitops/states.ts';
import { type Answer, ask, type Scripts, shippedScripts } from './lua.ts';

/** Objects that no API server sends, and those between two writes: a script that fails makes an application Unknown. */
const broken: Readonly<Record<string, object>> = {
  'no status': { metadata: { generation: 1 }, spec: {} },
  'an empty status': { metadata: { generation: 1 }, spec: {}, status: {} },
  'no conditions': { metadata: { generation: 1 }, spec: {}, status: { observedGeneration: 1 } },
  'another condition only': {
    metadata: { generation: 1 },
    spec: {},
    status: { observedGeneration: 1, conditions: [{ type: 'Built', status: 'True', reason: 'x', message: '' }] },
  },
  'Stalled that is False': {
    metadata: { generation: 1 },
    spec: {},
    status: {
      observedGeneration: 1,
      conditions: [
        { type: 'Ready', status: 'Unknown', reason: 'Building', message: '' },
        { type: 'Stalled', status: 'False', reason: 'Building', message: '' },
      ],
    },
  },
};

let scripts: Scripts;
let few: readonly Answer[];
let all: readonly Answer[];
let ofBroken: readonly Answer[];

beforeAll(async () => {
  scripts = await shippedScripts();
  const script = scripts.health;
  const questions = (libraries: 'few' | 'all') =>
    states.map((state) => ({ do: 'health' as const, libraries, script, object: seen(state) }));
  few = await ask(questions('few'));
  all = await ask(questions('all'));
  ofBroken = await ask(
    Object.values(broken).map((object) => ({ do: 'health', script, object, libraries: 'few' as const })),
  );
});

/** The object as the API server has it. */
function seen(state: State): object {
  const status = state.status ?? { observedGeneration: -1 };
  return { ...objectOf(state), metadata: { name: state.name, generation: state.generation }, status };
}

it.each(states.map((state, index) => ({ ...state, index })))('$name: $what', (state) => {
  expect(few[state.index]).toEqual({ value: healthOf(state) });
  expect(all[state.index]).toEqual({ value: healthOf(state) });
});

it('knows states of each health that Argo CD waits for, shows and fails on', () => {
  const found = new Set(states.map((state) => healthOf(state).status));
  expect([...found].toSorted()).toEqual(['Degraded', 'Healthy', 'Progressing', 'Suspended']);
});

it.each(Object.keys(broken).map((name, index) => ({ name, index })))(
  'waits, and fails in no way, for an object with $name',
  ({ index }) => {
    expect(ofBroken[index]).toEqual({ value: { status: 'Progressing', message: expect.any(String) } });
  },
);
