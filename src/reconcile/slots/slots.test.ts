import { describe, expect, it } from 'vitest';
import { type Limits, Slots } from './slots.ts';
import { type Taken, Tally } from './tally.ts';

const inSlot = (namespace: string): Taken => ({ namespace, takes: 'slot' });
const waitingIn = (namespace: string): Taken => ({ namespace, takes: 'slotOfNamespace' });

/** Slots, the running work, and the called keys. */
function slotsOf(limits: Limits, running: Taken[] = []) {
  const called: string[] = [];
  const counted = () => {
    const tally = new Tally(limits.perNamespace);
    running.forEach((taken, index) => tally.set(String(index), taken));
    return tally;
  };
  const slots = new Slots({ limits, running: counted, call: (key) => void called.push(key) });
  return { slots, called, running };
}

describe('slots', () => {
  it('call the earliest ticket first, up to the limit, in any order of requests', () => {
    const { slots, called } = slotsOf({ total: 3, perNamespace: 2 }, [inSlot('x')]);
    slots.wait('a/late', 3);
    slots.wait('b/first', 1);
    slots.wait('c/second', 2);
    slots.leave('x/ended');
    expect(called).toEqual(['b/first', 'c/second']);
    expect(slots.waiting).toBe(3);
  });

  it('call tickets of the same millisecond by name', () => {
    const { slots, called } = slotsOf({ total: 1, perNamespace: 2 });
    slots.wait('a/2', 1);
    slots.wait('a/1', 1);
    slots.leave('x/ended');
    expect(called).toEqual(['a/1']);
  });

  it('pass over a namespace at its limit', () => {
    const { slots, called, running } = slotsOf({ total: 5, perNamespace: 1 });
    slots.wait('a/1', 1);
    slots.wait('a/2', 2);
    slots.wait('b/1', 3);
    slots.leave('x/ended');
    expect(called).toEqual(['a/1', 'b/1']);
    running.push(inSlot('a'));
    expect(slots.mayStart('a/1', 9)).toBe(false);
    expect(slots.mayStart('b/1', 9)).toBe(true);
  });

  it('stay free for others while two namespaces wait for nodes', () => {
    const full = ['a', 'b'].flatMap((namespace) => Array.from({ length: 5 }, () => waitingIn(namespace)));
    const { slots } = slotsOf({ total: 10, perNamespace: 5 }, full);
    expect(slots.mayStart('c/1', 9)).toBe(true);
    expect(slots.mayStart('a/1', 9)).toBe(false);
  });

  it('of one namespace are never more than its own, with any number of Jobs that a person made there', () => {
    const many = Array.from({ length: 50 }, () => inSlot('a'));
    const { slots } = slotsOf({ total: 10, perNamespace: 5 }, many);
    expect(slots.mayStart('b/1', 9)).toBe(true);
    expect(slots.mayStart('a/1', 9)).toBe(false);
    const { slots: full } = slotsOf({ total: 10, perNamespace: 5 }, [...many, ...many.map(() => inSlot('c'))]);
    expect(full.mayStart('b/1', 9)).toBe(false);
  });

  it('are checked again without an event', () => {
    const { slots, called, running } = slotsOf({ total: 1, perNamespace: 1 }, [inSlot('a')]);
    slots.wait('b/1', 1);
    slots.callNext();
    expect(called).toEqual([]);
    running[0] = waitingIn('a');
    slots.callNext();
    expect(called).toEqual(['b/1']);
  });

  it('make no call while all are taken, and call the next ImageSpec once a slot is free', () => {
    const { slots, called, running } = slotsOf({ total: 2, perNamespace: 2 }, [inSlot('a'), inSlot('b')]);
    slots.wait('a/1', 1);
    slots.leave('x/looked');
    expect(called).toEqual([]);
    running.pop();
    slots.leave('b/ended');
    expect(called).toEqual(['a/1']);
  });

  it('let no newcomer pass a waiting ImageSpec', () => {
    const { slots } = slotsOf({ total: 1, perNamespace: 2 });
    slots.wait('a/waits', 1);
    expect(slots.mayStart('b/new', 2)).toBe(false);
    expect(slots.mayStart('a/waits', 2)).toBe(true);
    slots.leave('a/waits');
    expect(slots.mayStart('b/new', 2)).toBe(true);
  });

  it('are taken during the creation of an object, which uses up the ticket', async () => {
    const { slots, running } = slotsOf({ total: 1, perNamespace: 2 });
    slots.wait('a/1', 1);
    const created = Promise.withResolvers<void>();
    const starting = slots.start('a/1', () => created.promise);
    expect(slots.since('a/1')).toBeUndefined();
    expect(slots.mayStart('b/1', 9)).toBe(false);
    running.push(inSlot('a'));
    created.resolve();
    await starting;
    expect(slots.mayStart('b/1', 9)).toBe(false);
    running.pop();
    expect(slots.mayStart('b/1', 9)).toBe(true);
  });

  it('are free again after a failed creation', async () => {
    const { slots } = slotsOf({ total: 1, perNamespace: 2 });
    const starting = slots.start('a/1', () => Promise.reject(new Error('lost')));
    await expect(starting).rejects.toThrow('lost');
    expect(slots.mayStart('b/1', 9)).toBe(true);
  });

  it('know the start of a wait by the newest ticket', () => {
    const { slots } = slotsOf({ total: 1, perNamespace: 2 });
    slots.wait('a/1', 5);
    slots.wait('a/1', 7);
    expect(slots.since('a/1')).toBe(7);
    expect(slots.waiting).toBe(1);
  });
});
