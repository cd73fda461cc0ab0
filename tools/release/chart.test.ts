import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { withImage } from './chart.ts';
import { root } from './project.ts';

describe("a release's values.yaml", () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const values = readFileSync(join(root, 'charts', 'imagespec-operator', 'values.yaml'), 'utf8');

  it('has the image by digest, and everything else as it was', () => {
    const changed = withImage(values, 'ghcr.io/somewhere/imagespec-operator', digest);
    const { image, ...rest } = parse(changed);
    const { image: before, ...restBefore } = parse(values);
    expect(image).toEqual({ ...before, repository: 'ghcr.io/somewhere/imagespec-operator', digest });
    expect(rest).toEqual(restBefore);
    expect(changed.match(/^ *#/gm)?.length).toBe(values.match(/^ *#/gm)?.length);
  });

  it('is refused when it has no place for it', () => {
    expect(() => withImage('image: {repository: x}', 'y', digest)).toThrow('values.yaml has no image.digest');
  });
});
