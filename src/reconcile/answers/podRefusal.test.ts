import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type StandIn, startStandIn } from '../../../test/support/apiserver/stand-in.ts';
import { longestMessage, mostPages, readRefusal } from './podRefusal.ts';

/** Events per page; a missing page is empty. */
let pages: readonly (readonly object[])[];
/** Whether there is always another page. */
let isEndless: boolean;
let limits: (string | null)[];
let server: StandIn;

beforeEach(async () => {
  [pages, isEndless, limits] = [[], false, []];
  server = await startStandIn((request, response) => {
    const query = new URL(request.url ?? '', 'http://x').searchParams;
    limits.push(query.get('limit'));
    const page = Number(query.get('continue') ?? '0');
    const hasMore = isEndless || page + 1 < pages.length;
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({
        kind: 'EventList',
        apiVersion: 'v1',
        metadata: hasMore ? { continue: String(page + 1) } : {},
        items: pages[page] ?? [],
      }),
    );
  });
});

afterEach(() => server.stop());

const event = (message: string, lastTimestamp: string) => ({
  metadata: { name: 'e' },
  involvedObject: {},
  message,
  lastTimestamp,
});

function read() {
  const job = { namespace: 'team', name: 'imagespec-1', uid: 'job-1' };
  return readRefusal({ connection: server.connection }, { ask: 'podRefusal', job });
}

describe('why a Pod cannot be created', () => {
  it('comes from the newest Event, at any place', async () => {
    pages = [
      [event('old', '2026-11-24T12:00:00Z'), event('newest', '2026-11-24T12:09:00Z')],
      [event('newer', '2026-11-24T12:05:00Z')],
    ];
    expect(await read()).toEqual({ is: 'known', value: 'newest' });
  });

  it('is unknown without an Event', async () => {
    expect(await read()).toEqual({ is: 'known', value: null });
  });

  it('comes from a bounded number of pages', async () => {
    isEndless = true;
    pages = [[event('one', '2026-11-24T12:00:00Z')]];
    expect(await read()).toEqual({ is: 'known', value: 'one' });
    expect(limits).toEqual(Array.from({ length: mostPages }, () => '20'));
  });

  it.each([longestMessage, longestMessage + 1, 1_000_000])(
    'has so many characters at most, also of %i',
    async (length) => {
      pages = [[event('🔭'.repeat(length), '2026-11-24T12:00:00Z')]];
      expect(await read()).toEqual({ is: 'known', value: '🔭'.repeat(longestMessage) });
    },
  );
});
