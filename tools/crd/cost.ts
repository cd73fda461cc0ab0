/**
 * The most that the CRD's CEL rules cost by the API server's estimate, in its units, and what it allows. Measured by
 * test/versions/crd-cost.test.ts, which fails when this is no longer so; docs/api.md shows it.
 */
export const crdCost = {
  rules: 39,
  total: 7_216_594,
  totalLimit: 100_000_000,
  dearest: { place: 'spec.env[].value', cost: 5_033_984 },
  ruleLimit: 10_000_000,
} as const;
