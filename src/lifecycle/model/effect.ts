import type { V1Job, V1Pod } from '@kubernetes/client-node';
import type { ImageSpecStatus } from '../../api/imagespec.generated.ts';
import type { ObjectRef } from '../../kaniko/run.ts';
import type { BuildContents } from '../../packages/contents/contents.ts';
import type { Self } from './observation.ts';

/** One idempotent write. Each is safe to repeat: fixed name, UID precondition, or content address. */
export type Effect =
  | {
      readonly do: 'writeStatus';
      /** Where the API server refuses the whole, its conditions say so. */
      readonly part: 'whole' | 'conditions';
      readonly self: Self;
      readonly before: ImageSpecStatus;
      readonly status: ImageSpecStatus;
    }
  | { readonly do: 'createJob'; readonly self: Self; readonly job: V1Job }
  | {
      readonly do: 'putTag';
      readonly tag: string;
      readonly digest: string;
      readonly secret: string | null;
      readonly mode: 'neverOverwrite' | 'move';
    }
  | { readonly do: 'deleteJob'; readonly target: ObjectRef }
  | { readonly do: 'createPod'; readonly self: Self; readonly pod: V1Pod }
  | { readonly do: 'deletePod'; readonly target: ObjectRef }
  /** Reads the list of packages from the Pod's log and puts it into the ConfigMap. */
  | {
      readonly do: 'writeContents';
      readonly self: Self;
      readonly pod: ObjectRef;
      readonly about: Omit<BuildContents, 'contents'>;
      /** Builds whose lists stay. */
      readonly keep: readonly number[];
    };
