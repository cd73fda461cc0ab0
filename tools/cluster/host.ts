import type { ProcessIdentity } from './state.ts';
import type { Component, ComponentSpec } from './supervision/component.ts';

/** How a provider reaches the supervisor that runs it. */
export interface Host {
  readonly supervisor: ProcessIdentity;
  /** Sends a line of progress to the process that waits for the cluster. */
  report(line: string): Promise<void>;
  /** Starts a program and watches it. */
  launch(spec: ComponentSpec): Promise<Component>;
  /** Registers a step that takes something down. The last registered step runs first. */
  undo(step: () => Promise<void>): void;
}
