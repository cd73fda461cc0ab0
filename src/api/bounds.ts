/** What a part of the CRD's schema allows, as far as a writer must keep to it. */
export type Bounds =
  /** In characters (code points, as the API server counts). */
  | { readonly is: 'text'; readonly least: number; readonly most: number }
  | { readonly is: 'word'; readonly words: readonly string[] }
  | { readonly is: 'number'; readonly least: number; readonly most: number }
  | {
      readonly is: 'list';
      readonly most: number;
      readonly items: Bounds;
      /** What no two entries may share: these fields, or all they are. */
      readonly unique: readonly string[] | 'whole';
    }
  | { readonly is: 'object'; readonly required: readonly string[]; readonly fields: Readonly<Record<string, Bounds>> };
