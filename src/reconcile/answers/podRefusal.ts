import { z } from 'zod';
import { answerOf } from '../../kubernetes/client/answer.ts';
import { pathOf } from '../../kubernetes/client/paths.ts';
import type { Question, Reply } from '../../lifecycle/model/question.ts';
import { firstCharacters } from '../../text/cut.ts';
import type { Sources } from './sources.ts';

const pageSchema = z.object({
  metadata: z.object({ continue: z.string().default('') }).prefault({}),
  items: z.array(
    z.object({
      message: z.string().nullish(),
      lastTimestamp: z.string().nullish(),
      eventTime: z.string().nullish(),
    }),
  ),
});

/** Events per page: an Event may be as large as any object, and a Job rarely has more. */
const pageSize = 20;
/** Most pages: any client with the right to create Events may create many about a Job. */
export const mostPages = 10;
/** Longest message, in characters; the Job controller writes a few hundred. */
export const longestMessage = 4096;

/** The newest message of the Job controller about a Pod that it could not create. */
export async function readRefusal(
  { connection }: Pick<Sources, 'connection'>,
  { job }: Question & { readonly ask: 'podRefusal' },
): Promise<Reply<string | null>> {
  let newest: { readonly time: string; readonly message: string | null } = { time: '', message: null };
  let next = '';
  const path = pathOf({ api: '/api/v1', plural: 'events', namespace: job.namespace });
  for (let page = 0; page < mostPages; page++) {
    const at = next;
    const answer = await answerOf(() =>
      connection.getJson(path, {
        fieldSelector: `involvedObject.uid=${job.uid},reason=FailedCreate`,
        limit: String(pageSize),
        ...(at === '' ? {} : { continue: at }),
      }),
    );
    if (answer.is !== 'ok') {
      break;
    }
    const { items, metadata } = pageSchema.parse(answer.value);
    for (const { message, lastTimestamp, eventTime } of items) {
      const time = lastTimestamp ?? eventTime ?? '';
      if (time >= newest.time) {
        newest = {
          time,
          message: message === undefined || message === null ? null : firstCharacters(message, longestMessage),
        };
      }
    }
    next = metadata.continue;
    if (next === '') {
      break;
    }
  }
  return { is: 'known', value: newest.message };
}
