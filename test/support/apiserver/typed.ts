import { BatchV1Api, CoordinationV1Api, CoreV1Api, CustomObjectsApi, EventsV1Api } from '@kubernetes/client-node';
import type { Connection } from '../../../src/kubernetes/client/connection.ts';

/** The typed APIs of client-node over a connection's pool: what tests do by hand. The operator uses none of them. */
export function typed({ config }: Pick<Connection, 'config'>) {
  return {
    batch: config.makeApiClient(BatchV1Api),
    coordination: config.makeApiClient(CoordinationV1Api),
    core: config.makeApiClient(CoreV1Api),
    customObjects: config.makeApiClient(CustomObjectsApi),
    events: config.makeApiClient(EventsV1Api),
  };
}
