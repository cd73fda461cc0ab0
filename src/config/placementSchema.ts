import { z } from 'zod';

/** Most labels, annotations or tolerations of one kind of Pod. */
const most = 64;

const key = z
  .string()
  .max(317)
  .regex(
    /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/,
    'must be the key of a label, such as example.com/pool',
  );
const labelValue = z
  .string()
  .max(63)
  .regex(/^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/, 'must be the value of a label');

/** Keys by which the operator and the Job controller find a Pod. */
const reserved =
  /^(imagespec\.dev\/|batch\.kubernetes\.io\/|(app\.kubernetes\.io\/managed-by|controller-uid|job-name)$)/;
const reservedWords =
  'must not set keys of imagespec.dev, batch.kubernetes.io or app.kubernetes.io/managed-by: Pods are found by them';

function marks(value: z.ZodType<string, string>) {
  return z
    .record(key, value)
    .refine((map) => Object.keys(map).length <= most, `must have at most ${most} entries`)
    .refine((map) => !Object.keys(map).some((name) => reserved.test(name)), reservedWords);
}

/** A taint that Pods tolerate. */
const toleration = z.strictObject({
  key: z.string().max(316).default(''),
  operator: z.enum(['Equal', 'Exists']).default('Equal'),
  value: z.string().max(63).default(''),
  effect: z.enum(['', 'NoSchedule', 'PreferNoSchedule', 'NoExecute']).default(''),
  tolerationSeconds: z.int().min(0).nullable().default(null),
});

export const tolerations = z.array(toleration).max(most).default([]);

/** Labels of nodes. */
export const nodeSelector = z
  .record(key, labelValue)
  .refine((map) => Object.keys(map).length <= most, `must have at most ${most} entries`)
  .default({});

const longestAffinity = 16_384;
const rules = z.record(z.string(), z.json());

/** As in a Pod's spec. The API server checks what is inside. */
export const affinity = z
  .strictObject({
    nodeAffinity: rules.exactOptional(),
    podAffinity: rules.exactOptional(),
    podAntiAffinity: rules.exactOptional(),
  })
  .refine(
    (value) => JSON.stringify(value).length <= longestAffinity,
    `must be at most ${longestAffinity} bytes of JSON`,
  )
  .nullable()
  .default(null);

export const podLabels = marks(labelValue).default({});

/** An autoscaler that takes a node away, to save it, kills what runs there: a build of an hour starts again. */
export const keptByAutoscalers = {
  'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
  'karpenter.sh/do-not-disrupt': 'true',
} as const;

export const podAnnotations = marks(z.string().max(4096)).default(keptByAutoscalers);
