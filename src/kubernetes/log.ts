import type { JsonObject } from './object.ts';

/** Logger callback. `fields` are plain JSON without secrets. */
export type Log = (level: 'debug' | 'info' | 'warn' | 'error', message: string, fields: JsonObject) => void;
