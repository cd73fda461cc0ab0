import { sha256 } from '../../imagespec/inputHash.ts';

/** A number from 0 to 1, constant for each text. Spreads the work of many ImageSpecs without memory. */
export function spread(text: string): number {
  return Number.parseInt(sha256(text).slice(0, 8), 16) / 0xff_ff_ff_ff;
}
