import { expect, it } from 'vitest';
import { RoundRobin } from './roundRobin.ts';

function drained(queue: RoundRobin<string>): readonly string[] {
  const taken: string[] = [];
  for (let next = queue.take(); next !== undefined; next = queue.take()) {
    taken.push(next.item);
  }
  return taken;
}

it('lets groups take turns, and serves a group in the order in which its items came', () => {
  const queue = new RoundRobin<string>();
  ['a1', 'a2', 'a3', 'b1', 'a4', 'c1', 'c2'].forEach((item) => queue.add(item.slice(0, 1), item));
  expect(queue.size).toBe(7);
  expect(drained(queue)).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3', 'a4']);
  expect(queue.size).toBe(0);
});

it('gives a group that comes back no turn before those that wait', () => {
  const queue = new RoundRobin<string>();
  ['a1', 'a2', 'b1'].forEach((item) => queue.add(item.slice(0, 1), item));
  expect(queue.take()).toEqual({ item: 'a1' });
  queue.add('a', 'a3');
  queue.add('c', 'c1');
  expect(drained(queue)).toEqual(['b1', 'a2', 'c1', 'a3']);
});

it('has each item once', () => {
  const queue = new RoundRobin<string>();
  ['a1', 'a2', 'a1'].forEach((item) => queue.add('a', item));
  expect(queue.size).toBe(2);
  expect(drained(queue)).toEqual(['a1', 'a2']);
  queue.add('a', 'a1');
  queue.clear();
  expect(queue.size).toBe(0);
  expect(queue.take()).toBeUndefined();
});
