import type { Measured } from './measured.ts';

/** A program that makes execution objects of resources: this operator with its Jobs, or a peer. */
export interface Contender {
  readonly name: 'operator' | 'shipwright';
  /** The user of its requests. */
  readonly user: string;
  /** The request that makes an execution object: `create jobs`. */
  readonly makes: string;
  /** The request that writes a status: `patch imagespecs/status`. */
  readonly reports: string;
  /** Path of the execution objects of all namespaces. Each has its resource as its first owner. */
  readonly collection: string;
  /** Starts the program, whose pauses at a start are its own. */
  readonly start: () => Promise<Measured>;
  /** Creates the resource of a number. */
  readonly create: (number: number) => Promise<void>;
  /** Prepares the resources 0 to `count` - 1. Each comes to rest without an execution object of its own that runs. */
  readonly prepareSettled: (count: number) => Promise<void>;
  /** Ends what still runs for these resources once the program has made its objects. */
  readonly settle: (count: number) => Promise<void>;
  /** Whether a resource is at rest and good, as a user reads it. */
  readonly isDone: (number: number) => Promise<boolean>;
  /**
   * Requests one new build on an idle program: an edit, or where the peer knows none, another resource.
   * @returns the number of the resource that is built
   */
  readonly request: (round: number) => Promise<number>;
  /**
   * Ends the execution object of a resource well, as a node would have it.
   * @returns when the end was written, ms since epoch
   */
  readonly endWell: (number: number, object: string) => Promise<number>;
}
