import { expect, it } from 'vitest';
import { failureOf } from '../api/failure.ts';
import { failed } from '../api/result.ts';
import type { Asked } from '../imagespec/resolveSpec.ts';
import { Plans } from './plans.ts';

function seen(name: string, uid: string, generation: number) {
  return { self: { namespace: 'team', name, uid, generation, resourceVersion: '1' }, spec: { baseImage: name } };
}

function counted(most: number) {
  const read: string[] = [];
  const plans = new Plans({
    most,
    read: ({ namespace, name }: Asked) => {
      read.push(`${namespace}/${name}`);
      return { plan: failed(failureOf('InvalidSpec', name)), output: name };
    },
  });
  return { plans, read };
}

it('reads a spec once, and again after an edit and for another resource of the name', () => {
  const { plans, read } = counted(10);
  const looks = [seen('a', 'uid-1', 1), seen('a', 'uid-1', 1), seen('a', 'uid-1', 2), seen('a', 'uid-2', 2)];
  const found = looks.map((look) => plans.of('team/a', { ...look, self: { ...look.self, resourceVersion: 'any' } }));
  expect(read).toHaveLength(3);
  expect(found[1]).toBe(found[0]);
  expect(found[2]).not.toBe(found[0]);
  expect(plans.size).toBe(1);
});

it('keeps nothing of a resource that is gone', () => {
  const { plans } = counted(10);
  plans.of('team/a', seen('a', 'uid-1', 1));
  plans.leave('team/a');
  expect(plans.size).toBe(0);
});

it('keeps a bounded number, and of more drops what was asked for longest ago', () => {
  const { plans, read } = counted(2);
  const ask = (name: string) => plans.of(`team/${name}`, seen(name, name, 1));
  ['a', 'b', 'a', 'c'].forEach(ask);
  expect(plans.size).toBe(2);
  ['a', 'c', 'b'].forEach(ask);
  expect(read).toEqual(['team/a', 'team/b', 'team/c', 'team/b']);
});
