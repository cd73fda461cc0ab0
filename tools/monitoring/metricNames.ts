import { metricDefinitions } from '../../src/reconcile/report/metrics.ts';

/** A metric by its key in the operator. */
export type FleetMetric = keyof typeof metricDefinitions;

/** The name of a metric, so that an alert or a panel cannot name one that is gone. */
export function metricOf(metric: FleetMetric): string {
  return metricDefinitions[metric].name;
}
