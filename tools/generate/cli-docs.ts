import { buildProgram } from '../../src/cli/program.ts';
import { generatedFrom } from './markdown.ts';

/** docs/cli.md: what `--help` prints, for every command. */
export function cliPage(): string {
  const program = buildProgram({ stdin: process.stdin, out: () => undefined, err: () => undefined }, () => undefined);
  const shown = program.commands.filter((command) => !command.name().startsWith('__'));
  const commands = shown.map(
    (command) =>
      `## kubectl imagespec ${command.name()}\n\n\`\`\`text\n${command.helpInformation().trimEnd()}\n\`\`\`\n`,
  );
  return `${generatedFrom('src/cli/program.ts')}
# kubectl imagespec

The plugin is one executable for each platform, with Node.js in it: about 45 MB to download, 130 MB unpacked. Unpack the archive of your
system from a release, or from \`release/\` after \`npm run release -- --dry-run\`, into a folder of your PATH. \`kubectl plugin list\`
then shows it. It is in no Krew index yet; a release has the manifest for \`kubectl krew install --manifest=imagespec.krew.yaml\`.

Completion: \`kubectl-imagespec completion bash\` (\`zsh\`, \`fish\`) prints the script of a shell. For
\`kubectl imagespec\`, save a program on the PATH. kubectl's own completion then offers commands, flags, namespaces and ImageSpecs:

\`\`\`sh
kubectl-imagespec completion kubectl > ~/.local/bin/kubectl_complete-imagespec
chmod +x ~/.local/bin/kubectl_complete-imagespec
\`\`\`

\`--config\` reads the operator's configuration from what a platform has: the configuration itself, the values of the chart, or
manifests with the ConfigMap, such as those of \`kubectl get configmap imagespec-operator -o yaml\`.

## Before it is applied

\`validate\`, \`render\`, \`init\` and \`import-primehub\` work on manifests, offline, with the code that the operator itself runs: what
they say of a manifest is what the cluster would say.

In a pull-request check: \`kubectl imagespec validate -f environments/ --config operator-config.yaml\`.

Measured on two cores: 1,000 files of one ImageSpec each in 1.2 s, one file in 0.15 s (\`time\`, bundled, once).

## While it builds

\`status\`, \`logs\`, \`rebuild\`, \`retry\` and \`cancel\` talk to the cluster of your kubeconfig, with kubectl's flags for another one. In a Pod
without a kubeconfig they use its ServiceAccount. The roles \`view\` (status, logs) and \`edit\` (the others) of the namespace are
enough.

\`status\` without a name lists where each ImageSpec stands; \`-A\` lists all namespaces. \`find 'numpy<2' -A\` lists the images with
a package, by the lists that the operator keeps of each current image.

\`\`\`text
$ kubectl imagespec status astro --watch
vision/astro: under way: Building, for 41 s
build 2, because SpecChanged: packages.pip: +photutils[all]

STAGE      STATE    TIME
base       done           quay.io/jupyter/minimal-notebook:2026-11-16 is sha256:8af9b748686a…
queue      done     1 s
build      running  39 s  step 2 of 2: pip packages
 1/2       cached   1 s   apt packages
 2/2       running  22 s  pip packages
push       waiting
verify     waiting
probe      waiting
published  waiting

  Collecting photutils[all]
\`\`\`

- The step comes from the builder's own log, and its number counts RUN, COPY and ADD. A terminal is redrawn; a pipe gets a line
  for each change, \`-o json\` a document for each.
- \`status\` ends with 1 when the image failed. It prints the reason, what to do, the relevant lines of the log, and earlier
  builds. \`--watch\` ends when it is ready (0), or has failed or is suspended (1); the verdict of the Hub may follow later
  unless \`jupyterHub.policy\` is \`Require\`.
- \`logs -f\` may be started before there is a Pod. It says what it waits for, and names each container that it comes to. When
  an attempt fails for no fault of yours, it goes on with the next one. It ends when nothing more comes. Only the logs go to
  standard output.
- \`rebuild\`, \`retry\` and \`cancel\` set an annotation (\`imagespec.dev/…\`), which GitOps tools leave alone, and say what will
  happen. They refuse what nothing would come of, for example \`retry\` where nothing has failed.
- Colours say nothing that a word does not say; NO_COLOR switches them off. Control characters in messages and logs are
  removed.

${commands.join('\n')}`;
}
