import type { Component, ComponentSpec } from './component.ts';
import type { ProcessIdentity } from './state.ts';

/** How a provider reaches the supervisor that runs it. */
export interface Host {
  readonly supervisor: ProcessIdentity;
  /** Says something to the process that waits for the cluster. */
  tell(line: string): Promise<void>;
  /** Starts a program that is watched from then on. */
  launch(spec: ComponentSpec): Promise<Component>;
  /** Registers what takes something down; the last registered goes first. */
  undo(step: () => Promise<void>): void;
}
