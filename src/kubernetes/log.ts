import type { JsonObject } from './object.ts';

/** Where this folder reports what it survived. `fields` are plain JSON and hold no secret. */
export type Log = (level: 'debug' | 'info' | 'warn' | 'error', message: string, fields: JsonObject) => void;
