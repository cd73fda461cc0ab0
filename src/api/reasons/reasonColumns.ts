/** How the operator retries a failure by itself, and how the docs describe it. */
export const retries = {
  fast: 'after short, growing pauses; then hourly for a day',
  slow: 'hourly for a day',
  interval: 'at the interval of `spec.baseUpdate`',
  never: 'once its cause changes, or on request',
} as const;

/** How the operator retries a failure by itself. */
export type Retry = keyof typeof retries;

/** The stages of an image, in order. */
export const stageNames = ['base', 'queue', 'build', 'push', 'verify', 'probe', 'published'] as const;

/** A stage of an image. */
export type StageName = (typeof stageNames)[number];

/** Parts of the platform's settings: build Pods, access to registries, sources of packages. */
export const settingsParts = ['pods', 'registries', 'packages'] as const;
export type SettingsPart = (typeof settingsParts)[number];
