import type { V1Job, V1Pod } from '@kubernetes/client-node';
import type { ImageSpecStatus } from '../../api/imagespec.generated.ts';
import type { ObjectRef } from '../../kaniko/run.ts';
import type { BuildContents } from '../../packages/contents/contents.ts';
import type { Self } from './observation.ts';

/** One idempotent write. A fixed name, a UID precondition or a content address makes a repetition safe. */
export type Effect =
  | {
      readonly do: 'writeStatus';
      /** `conditions`: the API server refuses the whole status, so the operator writes the conditions alone. */
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
      /** Numbers of the builds whose lists stay. */
      readonly keep: readonly number[];
    };
