/** How a failure is tried again without a person, and what docs say of it. */
export const retries = {
  fast: 'soon, with growing pauses; then hourly for a day',
  slow: 'hourly for a day',
  interval: 'at the interval of `spec.baseUpdate`',
  never: 'once its cause changes, or on request',
} as const;

/** How a failure is tried again without a person. */
export type Retry = keyof typeof retries;

/** The way of an image, in its order. */
export const stageNames = ['base', 'queue', 'build', 'push', 'verify', 'probe', 'published'] as const;

/** A part of the way. */
export type StageName = (typeof stageNames)[number];

/**
 * Parts of the platform's settings: what the Pods of builds are made from, how registries are reached, where packages come
 * from.
 */
export const settingsParts = ['pods', 'registries', 'packages'] as const;
export type SettingsPart = (typeof settingsParts)[number];
