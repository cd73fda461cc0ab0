import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type StandIn, startStandIn } from '../../../test/support/apiserver/stand-in.ts';
import { longestResponse } from './exchange.ts';
import { listAll } from './list.ts';

/** Length of the text in each object. */
let sizes: readonly number[];
let limits: number[];
let server: StandIn;

beforeEach(async () => {
  limits = [];
  server = await startStandIn((request, response) => {
    const query = new URL(request.url ?? '', 'http://x').searchParams;
    const [from, limit] = [Number(query.get('continue') ?? '0'), Number(query.get('limit'))];
    limits.push(limit);
    const items = sizes
      .slice(from, from + limit)
      .map((size, index) => ({ name: from + index, text: 'x'.repeat(size) }));
    const next = from + limit < sizes.length ? { continue: String(from + limit) } : {};
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ metadata: { resourceVersion: '7', ...next }, items }));
  });
});

afterEach(() => server.stop());

/** What came of a list, with the names of the objects. */
async function list(pageSize: number) {
  const names: unknown[] = [];
  const end = await listAll(server.connection, {
    resource: { path: '/api/v1/configmaps' },
    pageSize,
    notBefore: '0',
    onItem: (item) => names.push(Object.getOwnPropertyDescriptor(item, 'name')?.value),
  });
  return { end, names };
}

describe('a list of large objects', () => {
  it('is read in smaller pages, from where it is', async () => {
    const large = 1_500_000;
    sizes = [...Array.from({ length: 64 }, () => 10), ...Array.from({ length: 20 }, () => large)];
    const { end, names } = await list(64);
    expect(end).toEqual({ is: 'complete', resourceVersion: '7' });
    expect(names).toEqual(sizes.map((_, index) => index));
    expect(limits).toEqual([64, 64, 8, 8, 8]);
  });

  it('fails where one object alone is too large', async () => {
    sizes = [longestResponse];
    expect(await list(64)).toEqual({
      end: { is: 'failed', message: expect.stringContaining(`larger than ${longestResponse} bytes`) },
      names: [],
    });
    expect(limits).toEqual([64, 8, 1]);
  });
});
