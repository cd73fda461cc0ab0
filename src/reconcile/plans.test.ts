import { expect, it } from 'vitest';
import { failureOf } from '../api/failure.ts';
import { failed } from '../api/result.ts';
import { Plans } from './plans.ts';

function seen(name: string, uid: string, generation: number) {
  return {
    self: { namespace: 'team', name, uid, generation, resourceVersion: '1' },
    spec: { baseImage: name },
    tooLong: null,
  };
}

/** Room for this many plans of tiny specs. */
function counted(plans: number) {
  return within(plans * 2100);
}

function within(mostBytes: number) {
  const read: string[] = [];
  const plans = new Plans({
    mostBytes,
    read: ({ self: { namespace, name } }) => {
      read.push(`${namespace}/${name}`);
      return { plan: failed(failureOf('InvalidSpec', name)), output: name };
    },
  });
  return { plans, read };
}

it('reads a spec once, and again after an edit and for another ImageSpec of the same name', () => {
  const { plans, read } = counted(10);
  const looks = [seen('a', 'uid-1', 1), seen('a', 'uid-1', 1), seen('a', 'uid-1', 2), seen('a', 'uid-2', 2)];
  const found = looks.map((look) => plans.of('team/a', { ...look, self: { ...look.self, resourceVersion: 'any' } }));
  expect(read).toHaveLength(3);
  expect(found[1]).toBe(found[0]);
  expect(found[2]).not.toBe(found[0]);
  expect(plans.size).toBe(1);
});

it('keeps nothing of a deleted ImageSpec', () => {
  const { plans } = counted(10);
  plans.of('team/a', seen('a', 'uid-1', 1));
  plans.leave('team/a');
  expect(plans.size).toBe(0);
});

it('keeps nothing of an ImageSpec that rests for long', () => {
  const { plans, read } = counted(10);
  plans.of('team/a', seen('a', 'uid-1', 1));
  plans.rest('team/a', 5_000);
  plans.of('team/a', seen('a', 'uid-1', 1));
  expect(read).toHaveLength(1);
  plans.rest('team/a', Number.POSITIVE_INFINITY);
  expect(plans.size).toBe(0);
});

it('keeps as many plans as fit, and drops those with the oldest use', () => {
  const { plans, read } = counted(2);
  const ask = (name: string) => plans.of(`team/${name}`, seen(name, name, 1));
  ['a', 'b', 'a', 'c'].forEach(ask);
  expect(plans.size).toBe(2);
  ['a', 'c', 'b'].forEach(ask);
  expect(read).toEqual(['team/a', 'team/b', 'team/c', 'team/b']);
});

it('a long spec takes the room of many short specs', () => {
  const { plans } = within(50_000);
  for (const name of ['a', 'b', 'c', 'd']) {
    plans.of(`team/${name}`, seen(name, name, 1));
  }
  plans.of('team/long', { ...seen('long', 'long', 1), spec: { dockerfile: 'x'.repeat(45_000) } });
  expect(plans.size).toBe(2);
});

it('a spec that is longer than the bound takes no room of others', () => {
  const { plans, read } = within(50_000);
  const longer = { ...seen('longer', 'longer', 1), spec: { dockerfile: 'x'.repeat(60_000) } };
  for (const one of [seen('a', 'a', 1), longer, longer, seen('a', 'a', 1)]) {
    plans.of(`team/${one.self.name}`, one);
  }
  expect(read).toEqual(['team/a', 'team/longer', 'team/longer']);
  expect(plans.size).toBe(1);
});
