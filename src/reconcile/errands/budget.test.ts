import { expect, it } from 'vitest';
import { Budget } from './budget.ts';

const limits = { total: 6, perNamespace: 4, perHost: 3, perNamespaceAtHost: 2 };
const always = () => true;

/** Work that runs until the test ends it. */
class Works {
  readonly #budget = new Budget(limits);
  readonly begun: string[] = [];
  readonly #ends = new Map<string, () => void>();

  get waiting(): number {
    return this.#budget.waiting;
  }

  start(name: string, isWanted = always): Promise<string> {
    const [namespace = '', host = ''] = name.split('/');
    return this.#budget.run({ namespace, host }, isWanted, () => {
      this.begun.push(name);
      const { promise, resolve } = Promise.withResolvers<string>();
      this.#ends.set(name, () => resolve(name));
      return promise;
    });
  }

  async end(name: string): Promise<void> {
    this.#ends.get(name)?.();
    await Promise.resolve();
    await Promise.resolve();
  }
}

it('a host that never answers leaves its namespace room for others', () => {
  const works = new Works();
  for (const number of [1, 2, 3]) {
    void works.start(`a/tarpit/${number}`);
  }
  void works.start('a/quay/1');
  expect(works.begun).toEqual(['a/tarpit/1', 'a/tarpit/2', 'a/quay/1']);
});

it('a namespace with many questions leaves room for others, and namespaces take turns', async () => {
  const works = new Works();
  for (let number = 1; number <= 160; number++) {
    void works.start(`a/h${number}/1`);
  }
  expect(works.begun).toHaveLength(limits.perNamespace);
  void works.start('b/quay/1');
  void works.start('c/quay/1');
  expect(works.begun.slice(limits.perNamespace)).toEqual(['b/quay/1', 'c/quay/1']);
  void works.start('d/quay/1');
  await works.end('a/h1/1');
  expect(works.begun.at(-1)).toBe('d/quay/1');
  await works.end('a/h2/1');
  expect(works.begun.at(-1)).toBe('a/h5/1');
});

it('a host has a limit across namespaces', async () => {
  const works = new Works();
  for (const namespace of ['a', 'b', 'c', 'd']) {
    void works.start(`${namespace}/quay/1`);
  }
  expect(works.begun).toEqual(['a/quay/1', 'b/quay/1', 'c/quay/1']);
  await works.end('b/quay/1');
  expect(works.begun.at(-1)).toBe('d/quay/1');
});

it('an unwanted errand does not start', async () => {
  const works = new Works();
  let wanted = true;
  void works.start('a/tarpit/1');
  void works.start('a/tarpit/2');
  const third = works.start('a/tarpit/3', () => wanted);
  wanted = false;
  await works.end('a/tarpit/1');
  expect(await third).toBe('dropped');
  expect(works.begun).toHaveLength(2);
});

it('unwanted errands do not gather', () => {
  const works = new Works();
  for (let number = 1; number <= 10_000; number++) {
    // Each errand replaces the previous one, as questions do during edits of a spec.
    void works.start(`a/tarpit/${number}`, () => number > 9990);
  }
  expect(works.waiting).toBeLessThan(600);
});

it('a start looks at no errand that has no room, however many namespaces wait', async () => {
  const works = new Works();
  let looks = 0;
  const counted = () => {
    looks += 1;
    return true;
  };
  for (let number = 1; number <= 500; number++) {
    void works.start(`n${number}/tarpit/1`, counted);
  }
  expect(works.begun).toHaveLength(limits.perHost);
  looks = 0;
  void works.start('a/quay/1');
  await works.end('n1/tarpit/1');
  expect(works.begun.slice(limits.perHost)).toEqual(['a/quay/1', 'n4/tarpit/1']);
  expect(looks).toBe(1);
});

it('room that one waiting errand cannot use goes to the next', async () => {
  const works = new Works();
  for (const name of ['a/h1/1', 'a/h2/1', 'a/h3/1', 'a/quay/1', 'b/quay/1', 'c/quay/1']) {
    void works.start(name);
  }
  // Both wait for quay; the first one's namespace is full as well.
  void works.start('a/quay/2');
  void works.start('d/quay/1');
  expect(works.begun).toHaveLength(6);
  await works.end('b/quay/1');
  expect(works.begun.slice(6)).toEqual(['d/quay/1']);
  await works.end('a/h1/1');
  expect(works.begun.slice(7)).toEqual([]);
  await works.end('c/quay/1');
  expect(works.begun.slice(7)).toEqual(['a/quay/2']);
  expect(works.waiting).toBe(0);
});

it('failed work gives its room back', async () => {
  const budget = new Budget({ ...limits, total: 1 });
  const payer = { namespace: 'a', host: 'quay' };
  await expect(budget.run(payer, always, () => Promise.reject(new Error('lost')))).rejects.toThrow('lost');
  expect(await budget.run(payer, always, () => Promise.resolve(7))).toBe(7);
});
