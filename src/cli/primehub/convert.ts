import type { ImageSpecSpec } from '../../api/imagespec.generated.ts';
import { group, kind, version } from '../../api/names.ts';
import { parseReference } from '../../oci/reference.ts';
import { managers } from '../../packages/managers.ts';
import type { PrimehubObject, PrimehubRecipe } from './objects.ts';

/** An ImageSpec that is ready to be applied. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: ImageSpecSpec;
}

/** A loss of the conversion, or a conversion that a reader may not expect. */
export interface Note {
  /** Kind and name of PrimeHub's object. */
  readonly object: string;
  /** Field of PrimeHub's object. */
  readonly field: string;
  readonly message: string;
}

/** The conversion of one object. */
export interface Converted {
  readonly manifest: Manifest | null;
  readonly notes: readonly Note[];
}

/** Turns an object of PrimeHub into an ImageSpec. Nothing is lost silently: what is not in the manifest is in a note. */
export function convert(source: PrimehubObject): Converted {
  const object = `${source.kind} ${source.metadata.name}`;
  const notes: Note[] = [];
  const note = (field: string, message: string) => notes.push({ object, field, message });
  const spec = specOf(source, note);
  if (spec === null) {
    return { manifest: null, notes };
  }
  const name = objectName(source.metadata.name);
  if (name !== source.metadata.name) {
    note('metadata.name', `is ${JSON.stringify(source.metadata.name)}, which cannot be a name; it is ${name} now`);
  }
  const { namespace } = source.metadata;
  return {
    manifest: {
      apiVersion: `${group}/${version}`,
      kind,
      metadata: { name, ...(namespace === null || namespace === undefined ? {} : { namespace }) },
      spec,
    },
    notes,
  };
}

type AddNote = (field: string, message: string) => void;

function specOf(source: PrimehubObject, note: AddNote): ImageSpecSpec | null {
  switch (source.kind) {
    case 'Image':
      return imageSpecOf(source, note);
    case 'ImageSpec':
      return recipeSpec(source.spec, 'spec', note);
    case 'ImageSpecJob': {
      const owner = source.metadata.ownerReferences?.[0];
      if (owner !== undefined) {
        note('metadata.ownerReferences', `it is a build of ${owner.kind} ${owner.name}, which is what to carry over`);
        return null;
      }
      const spec = recipeSpec(source.spec, 'spec', note);
      const { targetImage, repoPrefix } = source.spec;
      const written = given(repoPrefix) === undefined ? targetImage : `${repoPrefix}/${targetImage}`;
      const target = parseReference(written);
      if (spec === null) {
        return null;
      }
      if (!target.ok) {
        note('spec.targetImage', `${target.message}; set spec.output.repository`);
        return spec;
      }
      const { registry, repository, tag } = target.value;
      const pushSecret = given(source.spec.pushSecret);
      if (tag !== null) {
        note('spec.targetImage', `the tag "${tag}" is not carried over: what PrimeHub built stays under it`);
      }
      return {
        ...spec,
        output: {
          repository: `${registry}/${repository}`,
          ...(pushSecret === undefined ? {} : { pushSecret }),
        },
      };
    }
  }
}

function imageSpecOf({ spec }: Extract<PrimehubObject, { kind: 'Image' }>, note: AddNote): ImageSpecSpec | null {
  const recipe = spec.imageSpec;
  const [displayName, description, pullSecret] = [
    given(spec.displayName),
    given(spec.description),
    given(spec.pullSecret),
  ];
  const shown = {
    ...(displayName === undefined ? {} : { displayName }),
    ...(description === undefined ? {} : { description }),
  };
  if (given(spec.groupName) !== undefined) {
    note(
      'spec.groupName',
      `"${spec.groupName}": groups are namespaces now; put the ImageSpec into the group's namespace`,
    );
  }
  if (recipe !== null && recipe !== undefined) {
    if (given(spec.type) === 'gpu' || given(spec.type) === 'both') {
      note('spec.type', `"${spec.type}": which machines offer the image is a profile now (spec.jupyterHub.profiles)`);
    }
    const built = recipeSpec(recipe, 'spec.imageSpec', note);
    if (given(spec.url) !== undefined) {
      note('spec.url', `"${spec.url}" is what PrimeHub built and stays where it is; the ImageSpec builds its own`);
    }
    return built === null ? null : { ...shown, ...built };
  }
  const url = given(spec.url) ?? given(spec.urlForGpu);
  if (url === undefined) {
    note('spec.url', 'is empty, and there is no spec.imageSpec: there is nothing to build from');
    return null;
  }
  const reference = parseReference(url);
  if (!reference.ok) {
    note('spec.url', reference.message);
    return null;
  }
  if (given(spec.urlForGpu) !== undefined && spec.urlForGpu !== url) {
    note('spec.urlForGpu', `"${spec.urlForGpu}": an ImageSpec is one image; write another one for GPUs`);
  }
  return {
    ...shown,
    baseImage: url,
    ...(pullSecret === undefined ? {} : { pullSecret }),
  };
}

/** The lists that PrimeHub has. */
const primehubManagers = ['apt', 'conda', 'pip'] as const;

function recipeSpec(recipe: PrimehubRecipe, field: string, note: AddNote): ImageSpecSpec | null {
  const reference = parseReference(recipe.baseImage);
  if (!reference.ok) {
    note(`${field}.baseImage`, reference.message);
    return null;
  }
  if (recipe.cancel === true) {
    note(`${field}.cancel`, 'the build was cancelled; the ImageSpec builds it (set spec.suspend to keep it from that)');
  }
  const lists = primehubManagers.map((name) => ({
    name,
    list: managers[name].primehub(recipe.packages?.[name] ?? []),
  }));
  for (const { name, list } of lists) {
    list.notes.forEach((message) => note(`${field}.packages.${name}`, message));
  }
  const pullSecret = given(recipe.pullSecret);
  const channels = lists.flatMap(({ list }) => list.condaChannels);
  const packages = Object.fromEntries([
    ...lists.flatMap(({ name, list }) => (list.packages.length === 0 ? [] : [[name, list.packages] as const])),
    ...(channels.length === 0 ? [] : [['condaChannels', channels] as const]),
  ]);
  return {
    baseImage: recipe.baseImage,
    ...(pullSecret === undefined ? {} : { pullSecret }),
    ...(Object.keys(packages).length === 0 ? {} : { packages }),
  };
}

function given(text: string | null | undefined): string | undefined {
  return text === null || text === undefined || text.trim() === '' ? undefined : text;
}

/** A name as Kubernetes takes it. */
function objectName(name: string): string {
  const legal = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9.-]+/g, '-')
    .replaceAll(/^[^a-z0-9]+|[^a-z0-9]+$/g, '')
    .slice(0, 253);
  return legal === '' ? 'image' : legal;
}
