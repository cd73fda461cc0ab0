import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const maximumFiles = 10_000;
const maximumIndexBytes = 1_048_576;

const indexSchema = z.object({
  manifests: z.tuple([z.object({ digest: z.string().regex(/^sha256:[0-9a-f]{64}$/) })]),
});

/** The digest of a layout's one image, or why the layout is refused. */
export type InspectedLayout =
  | { readonly ok: true; readonly digest: string }
  | { readonly ok: false; readonly message: string };

/**
 * Inspects an OCI layout that an untrusted build wrote. It must contain only plain files and folders (crane follows
 * symlinks, and would push their targets), and exactly one image.
 */
export async function inspectLayout(folder: string): Promise<InspectedLayout> {
  const fault = await findIrregular(folder);
  if (fault !== undefined) {
    return { ok: false, message: fault };
  }
  const index = join(folder, 'index.json');
  const facts = await lstat(index).catch(() => undefined);
  if (facts === undefined || facts.size > maximumIndexBytes) {
    return { ok: false, message: 'the layout has no index.json, or one that is too large' };
  }
  let read: unknown;
  try {
    read = JSON.parse(await readFile(index, 'utf8'));
  } catch {
    return { ok: false, message: "the layout's index.json is not JSON" };
  }
  const parsed = indexSchema.safeParse(read);
  return parsed.success
    ? { ok: true, digest: parsed.data.manifests[0].digest }
    : { ok: false, message: "the layout's index.json must name exactly one image" };
}

async function findIrregular(folder: string): Promise<string | undefined> {
  const top = await lstat(folder).catch(() => undefined);
  if (top === undefined || !top.isDirectory()) {
    return 'the layout is missing or not a folder';
  }
  let files = 0;
  const open = [folder];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const entry of await readdir(next, { withFileTypes: true })) {
      files += 1;
      if (files > maximumFiles) {
        return `the layout has more than ${maximumFiles} files`;
      }
      if (entry.isDirectory()) {
        open.push(join(next, entry.name));
      } else if (!entry.isFile()) {
        return `${JSON.stringify(entry.name)} in the layout is neither a file nor a folder`;
      }
    }
  }
  return undefined;
}
