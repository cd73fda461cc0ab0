import { managerList } from '../../packages/managers.ts';
import type { Loss, Reader } from '../../packages/recipe.ts';

/** The files that hold something for an ImageSpec, by name. */
export const readers: Readonly<Record<string, Reader>> = Object.fromEntries(
  managerList.flatMap((manager) => Object.entries(manager.readers)),
);

/** Files that repo2docker acts on and an ImageSpec has no place for, with what to do instead. */
export const unsupported: Readonly<Record<string, string>> = {
  postBuild: 'runs a script after the installs; write it as RUN of your Dockerfile (spec.dockerfile)',
  start: 'runs a script before the server; write a Dockerfile (spec.dockerfile) with it as entrypoint',
  'setup.py': 'installs the repository itself; name the package in packages.pip as "name @ git+https://…"',
  'pyproject.toml': 'installs the repository itself; name the package in packages.pip as "name @ git+https://…"',
  Pipfile: "is pipenv's; write its packages into packages.pip (pipenv requirements)",
  'Pipfile.lock': "is pipenv's; write its packages into packages.pip (pipenv requirements)",
  'Project.toml': "is Julia's; install them in your Dockerfile (spec.dockerfile)",
  'default.nix': "is nix's; there is no nix here",
  Dockerfile: "is a whole recipe; put its text into spec.dockerfile, without COPY and ADD of the repository's files",
};

/** The loss that a file without a reader causes. */
export function unsupportedLoss(file: string, name: string): Loss {
  return { file, line: 0, message: unsupported[name] ?? 'is not read' };
}
