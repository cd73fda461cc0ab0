import { z } from 'zod';

const packages = z
  .object({
    apt: z.array(z.string()).nullish(),
    conda: z.array(z.string()).nullish(),
    pip: z.array(z.string()).nullish(),
  })
  .nullish();

const recipe = z.object({
  baseImage: z.string(),
  pullSecret: z.string().nullish(),
  packages,
  cancel: z.boolean().nullish(),
  updateTime: z.string().nullish(),
});

const metadata = z.object({
  name: z.string(),
  namespace: z.string().nullish(),
  ownerReferences: z.array(z.object({ kind: z.string(), name: z.string() })).nullish(),
});

/** An object of PrimeHub as its API server gives it (primehub-controller, api/v1alpha1). */
export const primehubObject = z.discriminatedUnion('kind', [
  z.object({
    apiVersion: z.literal('primehub.io/v1alpha1'),
    kind: z.literal('Image'),
    metadata,
    spec: z.object({
      displayName: z.string().nullish(),
      description: z.string().nullish(),
      type: z.string().nullish(),
      url: z.string().nullish(),
      urlForGpu: z.string().nullish(),
      pullSecret: z.string().nullish(),
      groupName: z.string().nullish(),
      imageSpec: recipe.nullish(),
    }),
  }),
  z.object({
    apiVersion: z.literal('primehub.io/v1alpha1'),
    kind: z.literal('ImageSpec'),
    metadata,
    spec: recipe,
  }),
  z.object({
    apiVersion: z.literal('primehub.io/v1alpha1'),
    kind: z.literal('ImageSpecJob'),
    metadata,
    spec: recipe.extend({
      targetImage: z.string(),
      pushSecret: z.string().nullish(),
      repoPrefix: z.string().nullish(),
    }),
  }),
]);

/** An Image, ImageSpec or ImageSpecJob of PrimeHub. */
export type PrimehubObject = z.infer<typeof primehubObject>;

/** How one image is built, the same in all three kinds. */
export type PrimehubRecipe = z.infer<typeof recipe>;
