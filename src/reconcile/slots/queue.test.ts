import { describe, expect, it } from 'vitest';
import { admit } from './queue.ts';

const ticket = (namespace: string, key: string, queuedTime: number) => ({ namespace, key, queuedTime });

describe('admit', () => {
  it('lets the earliest go first, up to the limit', () => {
    const waiting = [ticket('a', 'a/late', 3), ticket('b', 'b/first', 1), ticket('c', 'c/second', 2)];
    expect(admit(waiting, ['x'], { total: 3, perNamespace: 2 })).toEqual(['b/first', 'c/second']);
  });

  it('passes over a namespace at its limit', () => {
    const waiting = [ticket('a', 'a/1', 1), ticket('a', 'a/2', 2), ticket('b', 'b/1', 3)];
    expect(admit(waiting, [], { total: 5, perNamespace: 1 })).toEqual(['a/1', 'b/1']);
    expect(admit(waiting, ['a'], { total: 5, perNamespace: 1 })).toEqual(['b/1']);
  });

  it('lets nobody go when all places are taken', () => {
    expect(admit([ticket('a', 'a/1', 1)], ['a', 'b'], { total: 2, perNamespace: 2 })).toEqual([]);
  });
});
