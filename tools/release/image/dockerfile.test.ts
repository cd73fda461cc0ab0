import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../project.ts';
import { imagesOf, recipeOf } from './dockerfile.ts';

const least = 'FROM a/b:1\nUSER 1\nENTRYPOINT ["x"]\n';

describe("the operator's Dockerfile", () => {
  it('can be made into an image without a container engine', () => {
    const recipe = recipeOf(readFileSync(join(root, 'Dockerfile'), 'utf8'));
    expect(imagesOf(recipe)).toEqual([
      'gcr.io/distroless/nodejs24-debian13:nonroot',
      'gcr.io/go-containerregistry/crane:v0.20.6',
    ]);
    expect(recipe.copies.map(({ source, target }) => [source, target])).toEqual([
      ['/ko-app/crane', '/usr/local/bin/crane'],
      ['dist/', '/app/'],
    ]);
    expect(recipe.user).toBe('65532:65532');
    expect(recipe.entrypoint.at(-1)).toBe('/app/main.js');
  });

  it.each([
    ['RUN true', 'Dockerfile:4: RUN: a release knows'],
    ['COPY --chown=1 a b', 'Dockerfile:4: COPY: a release does not know --chown'],
    ['COPY a', 'Dockerfile:4: COPY: write COPY'],
    ['ENTRYPOINT x', 'Dockerfile:4: ENTRYPOINT: write a list'],
    ['USER a b', 'Dockerfile:4: USER: write USER with one word'],
    ['FROM c', 'one FROM'],
  ])('is refused with %s', (line, message) => {
    expect(() => recipeOf(`${least}${line}\n`)).toThrow(message);
  });

  it('needs a base, a user and an entrypoint', () => {
    expect(recipeOf(least)).toEqual({ base: 'a/b:1', copies: [], user: '1', entrypoint: ['x'] });
    expect(() => recipeOf('FROM a\n')).toThrow('a USER and an ENTRYPOINT');
  });
});
