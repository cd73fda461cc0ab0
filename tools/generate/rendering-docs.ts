import { parse } from 'yaml';
import { z } from 'zod';
import type { ImageSpecSpec } from '../../src/api/imagespec.generated.ts';
import { parseConfig } from '../../src/config/parse.ts';
import { planOf } from '../../src/dockerfile/plan.ts';
import { render } from '../../src/dockerfile/render.ts';
import { inputHash } from '../../src/imagespec/inputHash.ts';
import { generatedFrom } from './markdown.ts';

const shape = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string() }),
  spec: z.custom<ImageSpecSpec>((value) => typeof value === 'object' && value !== null),
});

/** docs/rendering.md: the full example and the Dockerfile that it becomes. */
export function renderingPage(example: string): string {
  const { metadata, spec } = shape.parse(parse(example));
  const config = parseConfig('images: {operator: registry.example.com/imagespec-operator:0.1.0}');
  const plan = config.ok ? planOf({ ...metadata, spec }, config.value) : config;
  if (!config.ok || !plan.ok) {
    throw new Error('docs/example.yaml is refused');
  }
  const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
  const bases = plan.value.images.map((image) => ({ image, digest, user: '1000' }));
  const dockerfile = render(plan.value.spec, bases);
  return `${generatedFrom('docs/example.yaml')}
# What is built

\`kubectl imagespec render -f imagespec.yaml\` prints the Dockerfile that the operator would build. The same input gives the
same bytes. Packages are sorted, and each stands in quotes where a shell would read it otherwise. Each package manager has one
step, from the layer that changes least to the one that changes most. Package lists and caches of the managers stay in no
layer; what conda and pip install keeps the group rights that the base gave its environment; USER and WORKDIR of the base
stay.

\`\`\`yaml
${example.trimEnd()}
\`\`\`

With the base resolved, here to a digest that is made up, this becomes:

\`\`\`dockerfile
${dockerfile.trimEnd()}
\`\`\`

Its input hash is \`${inputHash(plan.value.spec, bases)}\`; the first sixteen digits are the immutable tag.
Names, the repository, Secrets and resources are no part of it: they change no image.
`;
}
