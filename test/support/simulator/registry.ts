import type { Effect } from '../../../src/lifecycle/model/effect.ts';
import { hash } from '../observations.ts';
import type { Scenario } from './story.ts';

/** The image of another ImageSpec with the same input. */
export const rivalDigest = `sha256:${'e'.repeat(64)}`;

type PutTag = Extract<Effect, { do: 'putTag' }>;

/** A fake of the registry: which images are there, and which tags name them. */
export class ModelRegistry {
  readonly #tags = new Map<string, string>();
  /** The input hash of each image, by digest. */
  readonly #inputs = new Map<string, string>();
  #rival: 'isFaster' | 'absent';

  #hidden: number;

  constructor({ rival, shownAfter }: Scenario) {
    this.#rival = rival ?? 'absent';
    this.#hidden = shownAfter ?? 0;
  }

  get tags(): ReadonlyMap<string, string> {
    return this.#tags;
  }

  /** An image is pushed by its digest, with the label of its input hash. */
  push(image: string, inputHash: string): void {
    this.#inputs.set(digestOf(image), inputHash);
  }

  /** All images are lost. */
  lose(): void {
    this.#inputs.clear();
  }

  /** The digest of an image that is there, by digest or tag; null: it is not. A tag whose image is lost is gone with it. */
  digestOf(reference: string): string | null {
    const digest = isByDigest(reference) ? digestOf(reference) : this.#tags.get(reference);
    return digest !== undefined && this.#inputs.has(digest) ? digest : null;
  }

  /** The result of a query for an image; null: it is missing, or a replica answers that does not have it yet. */
  look(reference: string): { readonly digest: string; readonly inputHash: string } | null {
    if (isByDigest(reference) && this.#hidden > 0) {
      this.#hidden -= 1;
      return null;
    }
    const digest = this.digestOf(reference);
    return digest === null ? null : { digest, inputHash: this.#inputs.get(digest) ?? '' };
  }

  /** `stale`: an immutable tag names another image, and keeps it. */
  putTag({ tag, digest, mode }: PutTag): 'done' | 'stale' {
    if (mode === 'neverOverwrite') {
      this.#letRivalPass(tag);
      if ((this.digestOf(tag) ?? digest) !== digest) {
        return 'stale';
      }
    }
    this.#tags.set(tag, digest);
    return 'done';
  }

  /** Another ImageSpec of the same input puts the tag a moment earlier, once. */
  #letRivalPass(tag: string): void {
    if (this.#rival === 'isFaster') {
      this.#rival = 'absent';
      this.#tags.set(tag, rivalDigest);
      this.#inputs.set(rivalDigest, hash);
    }
  }
}

/** A generated tag may hold an "@", too. */
function isByDigest(reference: string): boolean {
  return /@sha256:[0-9a-f]{64}$/.test(reference);
}

function digestOf(image: string): string {
  return image.slice(image.lastIndexOf('@') + 1);
}
