import { emptyRecipe, type Recipe } from '../recipe.ts';

/** A Dockerfile, which is the whole spec; what of it cannot be built here is said of the ImageSpec that is written. */
export function dockerfile(file: string, text: string): Recipe {
  return { ...emptyRecipe, dockerfile: { file, text } };
}
