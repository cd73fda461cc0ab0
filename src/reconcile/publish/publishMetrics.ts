import type { Log } from '../../kubernetes/log.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import type { metricDefinitions } from '../report/metrics.ts';
import type { PublisherOptions } from './publisher.ts';

/** Counts the writes and failures of a publisher, and logs its writes; the publisher itself logs failures. */
export function publishMetrics(metrics: Metrics<typeof metricDefinitions>, log: Log): PublisherOptions['observe'] {
  return {
    lists: (lists) => {
      metrics.replace(
        'publishedImages',
        lists.flatMap(({ list, offered, unavailable, leftOut }) =>
          Object.entries({ offered, unavailable, leftOut }).map(([state, value]) => ({
            labels: { list, state },
            value,
          })),
        ),
      );
      metrics.replace(
        'publishedBytes',
        lists.map(({ list, bytes }) => ({ labels: { list }, value: bytes })),
      );
    },
    wrote: (list) => {
      metrics.increment('publishWrites', { list });
      log('info', 'published', { list });
    },
    failed: (list, cause) => metrics.increment('publishFailures', { list, cause }),
  };
}
