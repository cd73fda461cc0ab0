import { buildProgram } from '../../src/cli/program.ts';
import { generatedFrom } from './markdown.ts';

/** docs/cli.md: what `--help` prints, for every command. */
export function cliPage(): string {
  const program = buildProgram({ stdin: process.stdin, out: () => undefined, err: () => undefined }, () => undefined);
  const commands = program.commands.map(
    (command) =>
      `## kubectl imagespec ${command.name()}\n\n\`\`\`text\n${command.helpInformation().trimEnd()}\n\`\`\`\n`,
  );
  return `${generatedFrom('src/cli/program.ts')}
# kubectl imagespec

The command line works on manifests, offline, with the code that the operator itself runs: what it says of a manifest is what the
cluster would say. \`npm run bundle\` makes \`dist/kubectl-imagespec.js\`; under the name \`kubectl-imagespec\` on the PATH,
kubectl finds it as a plugin.

In a pull-request check: \`kubectl imagespec validate -f environments/ --config operator-config.yaml\`.

Measured on two cores: 1,000 files of one ImageSpec each in 1.2 s, one file in 0.15 s (\`time\`, bundled, once).

${commands.join('\n')}`;
}
