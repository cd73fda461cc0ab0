import type { Config } from '../../config/schema.ts';
import type { Connection } from '../../kubernetes/client/connection.ts';
import type { Registry } from '../../registry/registry.ts';

/** The clients that answer questions. */
export interface Sources {
  readonly connection: Connection;
  readonly registry: Registry;
  /** `policy.secretLabels` of the configuration. */
  readonly secretLabels: Config['policy']['secretLabels'];
}
