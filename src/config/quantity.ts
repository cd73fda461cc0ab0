const factors: Readonly<Record<string, number>> = {
  '': 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/**
 * A Kubernetes quantity as a number, in the resource's own unit (cores, bytes); undefined when it is none. Precise to 53
 * bits: enough to compare, not to add up.
 */
export function quantityOf(text: string): number | undefined {
  const [, digits, exponent, suffix] =
    /^\+?(\d+(?:\.\d*)?|\.\d+)(?:([eE][+-]?\d{1,2})|([numkMGTPE]|[KMGTPE]i)?)$/.exec(text) ?? [];
  return digits === undefined ? undefined : Number(`${digits}${exponent ?? ''}`) * (factors[suffix ?? ''] ?? 1);
}
