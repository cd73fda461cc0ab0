/** Stands for every value beyond the bound. */
const otherValue = 'other';

/**
 * Keeps the values of a label few. Each is a time series for ever, and users write some of them. They are the known values,
 * the first `most` others, and one name for the rest.
 */
export function boundedLabel(known: readonly string[], most: number): (value: string) => string {
  const kept = new Set(known);
  const limit = kept.size + most;
  return (value) => {
    if (!kept.has(value) && kept.size >= limit) {
      return otherValue;
    }
    kept.add(value);
    return value;
  };
}
