import { beforeEach, describe, expect, it } from 'vitest';
import { isObject } from '../object.ts';
import { Cache, type Change } from './cache.ts';

interface Thing {
  readonly name: string;
  readonly size: number;
  readonly owner: string;
}

let changes: Change<Thing>[];
let problems: string[];
let cache: Cache<Thing>;

/** Size 0 is not of interest; a missing size is hostile. */
function project(object: unknown): Thing | undefined {
  if (!isObject(object) || !isObject(object['metadata']) || typeof object['size'] !== 'number') {
    throw new Error('no size');
  }
  const { name } = object['metadata'];
  const { owner = 'none', size } = object;
  return size === 0 ? undefined : { name: String(name), size, owner: String(owner) };
}

function thing(name: string, uid: string, version: number, fields: object = { size: version }): object {
  return { metadata: { namespace: 'team', name, uid, resourceVersion: String(version) }, ...fields };
}

beforeEach(() => {
  changes = [];
  problems = [];
  cache = new Cache({
    project,
    indexOf: ({ owner }) => [owner],
    onChange: (change) => {
      changes.push(change);
    },
    onProblem: ({ key, error }) => {
      problems.push(`${key ?? '-'}: ${String(error)}`);
    },
  });
});

function sizes(): Record<string, number> {
  return Object.fromEntries([...cache.values()].map(({ name, size }) => [name, size]));
}

describe('Cache', () => {
  it('keeps the projection of the newest version', () => {
    cache.observe(thing('a', 'u1', 5));
    cache.observe(thing('a', 'u1', 9));
    expect(cache.get('team/a')?.size).toBe(9);
    expect(changes.map(({ before, after }) => [before?.size, after?.size])).toEqual([
      [undefined, 5],
      [5, 9],
    ]);
  });

  it.each([
    { order: 'older', version: 9 },
    { order: 'the same', version: 10 },
    { order: 'older, by number and not by text', version: 2 },
  ])('ignores a message that is $order', ({ version }) => {
    cache.observe(thing('a', 'u1', 10));
    cache.observe(thing('a', 'u1', version, { size: 77 }));
    expect(sizes()).toEqual({ a: 10 });
    expect(changes).toHaveLength(1);
  });

  it('compares versions beyond what a double can hold', () => {
    cache.observe({ metadata: { name: 'a', uid: 'u', resourceVersion: '9007199254740993' }, size: 2 });
    cache.observe({ metadata: { name: 'a', uid: 'u', resourceVersion: '9007199254740992' }, size: 1 });
    expect(cache.get('a')?.size).toBe(2);
  });

  it('shows a new object of the same name as a deletion and an addition', () => {
    cache.observe(thing('a', 'u1', 5));
    cache.observe(thing('a', 'u2', 8));
    expect(changes.map(({ before, after }) => [before?.size, after?.size])).toEqual([
      [undefined, 5],
      [5, undefined],
      [undefined, 8],
    ]);
  });

  it('keeps the new object of a name after a late DELETED of the old one', () => {
    cache.observe(thing('a', 'u1', 5));
    cache.observe(thing('a', 'u2', 8));
    cache.observeDeleted(thing('a', 'u1', 7));
    expect(sizes()).toEqual({ a: 8 });
  });

  it('does not restore a deleted object for an older message', () => {
    cache.observe(thing('a', 'u1', 5));
    cache.observeDeleted(thing('a', 'u1', 8));
    cache.observe(thing('a', 'u1', 6));
    expect(sizes()).toEqual({});
    expect(changes).toHaveLength(2);
  });

  it('restores an object that a selector matches again', () => {
    cache.observe(thing('a', 'u1', 5));
    cache.observeDeleted(thing('a', 'u1', 8));
    cache.observe(thing('a', 'u1', 9));
    expect(sizes()).toEqual({ a: 9 });
  });

  it('drops an object that is no longer of interest, and restores it', () => {
    cache.observe(thing('a', 'u1', 5));
    cache.observe(thing('a', 'u1', 6, { size: 0 }));
    expect(cache.size).toBe(0);
    cache.observe(thing('a', 'u1', 7));
    expect(sizes()).toEqual({ a: 7 });
  });

  describe('index', () => {
    it('finds by owner and follows changes', () => {
      cache.observe(thing('a', 'u1', 1, { size: 1, owner: 'x' }));
      cache.observe(thing('b', 'u2', 2, { size: 2, owner: 'x' }));
      cache.observe(thing('a', 'u1', 3, { size: 3, owner: 'y' }));
      expect(cache.byIndex('x').map(({ name }) => name)).toEqual(['b']);
      expect(cache.byIndex('y').map(({ name }) => name)).toEqual(['a']);
      cache.observeDeleted(thing('b', 'u2', 4, { size: 2 }));
      expect(cache.byIndex('x')).toEqual([]);
    });
  });

  describe('own writes', () => {
    it('are visible immediately and reported', () => {
      cache.observe(thing('a', 'u1', 5));
      cache.observe(thing('a', 'u1', 9));
      expect(sizes()).toEqual({ a: 9 });
      expect(changes.at(-1)).toMatchObject({ key: 'team/a', before: { size: 5 }, after: { size: 9 } });
    });

    it('are not undone by older events that arrive later', () => {
      cache.observe(thing('a', 'u1', 9));
      cache.observe(thing('a', 'u1', 7));
      expect(sizes()).toEqual({ a: 9 });
    });

    it('of deletes outlast any later message about that uid', () => {
      cache.observe(thing('a', 'u1', 5));
      cache.forget('team/a', 'u1');
      cache.observe(thing('a', 'u1', 6));
      expect(cache.size).toBe(0);
      cache.observe(thing('a', 'u2', 12));
      expect(sizes()).toEqual({ a: 12 });
    });

    it('of deletes leave a newer object of that name alone', () => {
      cache.observe(thing('a', 'u2', 12));
      cache.forget('team/a', 'u1');
      expect(sizes()).toEqual({ a: 12 });
    });
  });

  describe('retain', () => {
    it('drops objects missing from a complete list', () => {
      cache.observe(thing('a', 'u1', 5));
      cache.observe(thing('b', 'u2', 6));
      cache.retain(new Set(['u1']), '20', null);
      expect(sizes()).toEqual({ a: 5 });
      cache.observe(thing('b', 'u2', 19));
      expect(sizes()).toEqual({ a: 5 });
    });

    it('keeps other namespaces when the list covers one', () => {
      cache.observe(thing('a', 'u1', 5));
      cache.retain(new Set(), '20', 'elsewhere');
      expect(sizes()).toEqual({ a: 5 });
      cache.retain(new Set(), '20', 'team');
      expect(sizes()).toEqual({});
    });

    it('keeps objects written after the list', () => {
      cache.observe(thing('b', 'u2', 21));
      cache.retain(new Set(), '20', null);
      expect(sizes()).toEqual({ b: 21 });
    });
  });

  describe('hostile objects', () => {
    it.each([
      { what: 'nothing', object: null },
      { what: 'no metadata', object: {} },
      { what: 'a version that is no number', object: thing('a', 'u', Number.NaN) },
      { what: 'a number in place of a name', object: { metadata: { name: 7, uid: 'u', resourceVersion: '1' } } },
    ])('with $what are skipped and counted', ({ object }) => {
      expect(cache.observe(object)).toBeUndefined();
      expect(cache.size).toBe(0);
      expect(problems).toHaveLength(1);
    });

    it('that cannot be projected are skipped: the last good version stays', () => {
      cache.observe(thing('a', 'u1', 5));
      cache.observe(thing('a', 'u1', 6, {}));
      cache.observe(thing('b', 'u2', 7));
      expect(sizes()).toEqual({ a: 5, b: 7 });
      expect(problems).toEqual(['team/a: Error: no size']);
    });

    it('that replace one of the same name end that one', () => {
      cache.observe(thing('a', 'u1', 5));
      cache.observe(thing('a', 'u2', 6, {}));
      expect(cache.size).toBe(0);
    });
  });

  it('survives a handler that throws', () => {
    const fragile = new Cache({
      project,
      onChange: () => {
        throw new Error('handler');
      },
      onProblem: ({ key }) => void problems.push(key ?? '-'),
    });
    fragile.observe(thing('a', 'u1', 5));
    expect(fragile.get('team/a')?.size).toBe(5);
    expect(problems).toEqual(['team/a']);
  });

  it('knows the newest version of any message', () => {
    cache.observe(thing('a', 'u1', 50));
    cache.observeDeleted(thing('b', 'u2', 70));
    cache.noteVersion('60');
    expect(cache.newest).toBe('70');
  });
});
