import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { withClusterFlags, withConnectionFlags, withScopeFlags } from './clusterFlags.ts';
import type { DiffOptions } from './commands/diff.ts';
import type { FindOptions } from './commands/find.ts';
import type { ImportPrimehubOptions } from './commands/importPrimehub.ts';
import type { InitOptions } from './commands/init.ts';
import type { ListOptions } from './commands/list.ts';
import type { LogsOptions } from './commands/logs.ts';
import type { PolicyOptions } from './commands/policy.ts';
import type { RenderOptions } from './commands/render.ts';
import type { RequestOptions } from './commands/request.ts';
import type { StatusOptions } from './commands/status.ts';
import type { ValidateOptions } from './commands/validate.ts';
import { completionScript, type Shell, shells } from './completion/scripts.ts';
import { type ExitCode, exitCodes } from './exitCodes.ts';
import { kindNames } from './init/kindNames.ts';
import type { CommandIo } from './io.ts';
import type { ClusterOptions } from './live/cluster.ts';
import { reportFormats } from './report/formats.ts';
import { programVersion } from './version.generated.ts';

/** Runs a command line, without the program's own name. Loads a command's module only when that command runs. */
export async function runCommandLine(argv: readonly string[], io: CommandIo): Promise<ExitCode> {
  let code: ExitCode = exitCodes.ok;
  const program = buildProgram(io, (result) => {
    code = result;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    }
    throw error;
  }
  return code;
}

/** The commands with their options: the source of `--help` and docs/cli.md. */
export function buildProgram(io: CommandIo, done: (code: ExitCode) => void): Command {
  const program = new Command('kubectl imagespec')
    .description(
      'Checks ImageSpecs and shows what the operator does with them. Exit codes: 0 success, 1 faults or differences, 2 wrong usage, 3 unreadable input, 4 a fault of this program.',
    )
    .version(programVersion, '-V, --version', 'print the version of this program')
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err });
  program
    .command('validate')
    .argument('[file...]', 'files in which there may be no ImageSpec, as a pre-commit hook passes them')
    .summary('check manifests offline')
    .description(
      'Checks ImageSpec manifests as the API server and the operator would, without either. Reports every fault with file, line and field. A path of --filename without an ImageSpec is a fault too.',
    )
    .option('-f, --filename <path>', filenameHelp, collect)
    .option('--config <file>', configHelp)
    .option('--base-contents <file>', "list of the base's packages, to compare versions with; docs/contents.md")
    .addOption(new Option('-o, --output <format>', 'output format').choices(reportFormats).default('text'))
    .action(async (files: readonly string[], { filename = [], ...options }: GivenValidateOptions) => {
      if (filename.length + files.length === 0) {
        io.err('write a file, or --filename with a file, a folder or -\n');
        done(exitCodes.usage);
        return;
      }
      const { validate } = await import('./commands/validate.ts');
      done(await validate(files, { ...options, filename }, io));
    });
  manifestCommand(program, 'render')
    .summary('print the Dockerfile that the operator would build')
    .description(
      'Prints the Dockerfile that the operator would build, as text, or as JSON with input hash, tags and bases. Queries the registry for the base, unless --base-digest is given.',
    )
    .option('--base-digest <digest>', 'digest of the base; avoids the query to its registry')
    .option('--base-user <user>', 'USER of the base, with --base-digest', '1000')
    .action(async (options: RenderOptions) => {
      const { render } = await import('./commands/render.ts');
      done(await render(options, io));
    });
  program
    .command('init')
    .argument('[name]', 'name of the ImageSpec; default: the name of the folder')
    .summary('write an ImageSpec from the environment files of a repository')
    .description(
      `Writes an ImageSpec to standard output, from files that describe an environment, or a folder as repo2docker reads it. Reports what it cannot convert with file and line, and then exits with code 1. Kinds of files: ${kindNames.join(', ')}.`,
    )
    .option('--from <path>', 'file, folder, or - for standard input; may be repeated', collect)
    .addOption(new Option('--as <kind>', 'what the files are, where their names do not say it').choices(kindNames))
    .option(
      '--with <name>',
      'include an extra, a dependency group, a feature or an environment; may be repeated',
      collectNames,
    )
    .option('--base <image>', 'base image', 'quay.io/jupyter/minimal-notebook')
    .action(async (name: string | undefined, { from = [], with: parts = [], ...options }: GivenInitOptions) => {
      const { init } = await import('./commands/init.ts');
      done(await init(name, { ...options, from, with: parts }, io));
    });
  withConnectionFlags(program.command('import-primehub'))
    .summary("convert PrimeHub's images into ImageSpecs")
    .description(
      'Converts Image, ImageSpec and ImageSpecJob objects of primehub.io/v1alpha1 into ImageSpecs on standard output. Reads files, or with --from-cluster the cluster that PrimeHub runs in. Reports what it cannot convert on standard error.',
    )
    .option('-f, --filename <path>', 'file, folder or - for standard input; may be repeated', collect)
    .option('--from-cluster', 'read the objects from the cluster instead')
    .option('-n, --namespace <name>', 'with --from-cluster: read one namespace only; default: all')
    .option('--strict', 'fail when anything cannot be converted')
    .action(async (options: ImportPrimehubOptions) => {
      const { importPrimehub } = await import('./commands/importPrimehub.ts');
      done(await importPrimehub(options, io));
    });
  program
    .command('policy')
    .summary("print the platform's policy as a ValidatingAdmissionPolicy")
    .description(
      "Prints a ValidatingAdmissionPolicy and its binding. They enforce policy.* and build.ceilings.* of the operator's configuration at kubectl apply. Example: kubectl imagespec policy --config config.yaml | kubectl apply -f -. The operator checks every ImageSpec in any case.",
    )
    .requiredOption('--config <file>', configHelp)
    .action(async (options: PolicyOptions) => {
      const { policy } = await import('./commands/policy.ts');
      done(await policy(options, io));
    });
  withScopeFlags(program.command('status'))
    .argument('[name]', 'name of the ImageSpec; default: a list of all')
    .summary('show the progress of an ImageSpec, or where each one stands')
    .description(
      'Lists where each ImageSpec stands. With a name, shows the progress of that ImageSpec and the duration of each stage: base, queue, build with its current step, push, verify, probe, published. After a failure, shows why and what to do, and exits with code 1.',
    )
    .option('-w, --watch', 'follow until it is ready (exit code 0) or not (1)')
    .addOption(
      new Option('-o, --output <format>', 'output format; json with --watch prints one document a line')
        .choices(['text', 'json'])
        .default('text'),
    )
    .action(async (name: string | undefined, options: StatusOptions & ListOptions) => {
      if (name !== undefined && options.allNamespaces === undefined) {
        const { status } = await import('./commands/status.ts');
        done(await status(name, options, io));
        return;
      }
      if (name !== undefined || options.watch !== undefined) {
        io.err(
          name === undefined
            ? '--watch follows one ImageSpec: write its name\n'
            : 'write either a name or --all-namespaces; -n names the namespace\n',
        );
        done(exitCodes.usage);
        return;
      }
      const { listStatus } = await import('./commands/list.ts');
      done(await listStatus(options, io));
    });
  clusterCommand(program, 'logs')
    .argument('<name>', 'name of the ImageSpec')
    .summary('print the logs of the build and the proof of an image')
    .description(
      "Prints the logs of an ImageSpec's containers: credentials, build and push, then those that prove the image. Its own remarks go to standard error. When the Pod is gone, prints the relevant lines from the status.",
    )
    .option('-f, --follow', 'follow from the queue through every attempt, until the ImageSpec is at rest')
    .action(async (name: string, options: LogsOptions) => {
      const { logs } = await import('./commands/logs.ts');
      done(await logs(name, options, io));
    });
  for (const [request, summary, description] of requests) {
    clusterCommand(program, request)
      .argument('<name>', 'name of the ImageSpec')
      .summary(summary)
      .description(description)
      .option('--wait', 'follow to the end, as status --watch does')
      .action(async (name: string, options: RequestOptions) => {
        const { ask } = await import('./commands/request.ts');
        done(await ask(request, name, options, io));
      });
  }
  clusterCommand(program, 'diff')
    .argument('<name>', 'name of the ImageSpec')
    .argument('<before>', 'number of a build, as in status.history', buildNumber)
    .argument('<after>', 'number of another build', buildNumber)
    .summary('compare the packages of two builds')
    .description(
      'Compares the packages in the images of two builds: + was added, - was removed, ~ changed its version. Exit code 0 when they are the same, 1 when they differ.',
    )
    .addOption(new Option('-o, --output <format>', 'output format').choices(['text', 'json']).default('text'))
    .action(async (name: string, before: number, after: number, options: DiffOptions) => {
      const { diff } = await import('./commands/diff.ts');
      done(await diff(name, { before, after }, options, io));
    });
  withScopeFlags(program.command('find'))
    .argument('<package>', "package with or without versions, such as numpy or 'numpy<2'")
    .summary('list the images that have a package')
    .description(
      'Lists the images with a package, of any manager, by the package lists that the operator keeps of the current images. Exit code 1 when no image has it.',
    )
    .addOption(new Option('-o, --output <format>', 'output format').choices(['text', 'json']).default('text'))
    .action(async (requirement: string, options: FindOptions) => {
      const { find } = await import('./commands/find.ts');
      done(await find(requirement, options, io));
    });
  clusterCommand(program, 'freeze')
    .argument('<name>', 'name of the ImageSpec')
    .summary('print an ImageSpec with the versions in its image')
    .description(
      'Prints the ImageSpec with the base pinned by digest. The listed packages get the versions in its image (status.image). Reports what it cannot pin on standard error, and then exits with code 1.',
    )
    .action(async (name: string, options: ClusterOptions) => {
      const { freeze } = await import('./commands/freeze.ts');
      done(await freeze(name, options, io));
    });
  program
    .command('completion')
    .addArgument(new Argument('<shell>', 'the shell, or kubectl').choices(shells))
    .summary('print the completion of a shell, or of kubectl')
    .description(
      'Prints the completion of kubectl-imagespec for a shell. With kubectl, prints a program by which kubectl completes the plugin: save it on the PATH as kubectl_complete-imagespec.',
    )
    .action((shell: Shell) => {
      io.out(completionScript(shell));
    });
  program
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .action(async (words: readonly string[]) => {
      const { complete } = await import('./commands/complete.ts');
      done(await complete(program, words, io));
    });
  return program;
}

const requests = [
  [
    'rebuild',
    'build an ImageSpec again',
    'Requests a new build without the previous image and the layer cache; the operator looks up the base again. Sets the annotation imagespec.dev/rebuild.',
  ],
  [
    'retry',
    'retry a failed build',
    'Requests another attempt of what failed, with the layer cache. Sets the annotation imagespec.dev/retry. Exit code 1 when nothing has failed.',
  ],
  [
    'launch',
    'launch the image again as JupyterHub would',
    'Requests another launch of status.image without a build, for example after a node was too busy. Sets the annotation imagespec.dev/launch. Exit code 1 when there is nothing to launch; with --wait, 0 when JupyterHub can launch the image.',
  ],
  [
    'cancel',
    'stop the current build',
    'Stops the build that waits or runs; the last good image stays. Sets the annotation imagespec.dev/cancel. Exit code 1 when there is no build; with --wait, 0 when the build was stopped.',
  ],
] as const;

function clusterCommand(program: Command, name: string): Command {
  return withClusterFlags(program.command(name));
}

function buildNumber(value: string): number {
  if (!/^[1-9]\d{0,8}$/.test(value)) {
    throw new InvalidArgumentError('write the number of a build, such as 2');
  }
  return Number(value);
}

function manifestCommand(program: Command, name: string): Command {
  return program
    .command(name)
    .requiredOption('-f, --filename <path>', filenameHelp, collect)
    .option('--config <file>', configHelp)
    .addOption(new Option('-o, --output <format>', 'output format').choices(['text', 'json']).default('text'));
}

const filenameHelp = 'file, folder (all .yaml, .yml and .json below it) or - for standard input; may be repeated';
const configHelp =
  "the operator's configuration, as itself, as values of the chart, or as manifests with its ConfigMap";

/** Options of `validate` as the command line gives them. */
type GivenValidateOptions = Omit<ValidateOptions, 'filename'> & Partial<Pick<ValidateOptions, 'filename'>>;

/** Options of `init` as the command line gives them: a list that is not given is absent. */
type GivenInitOptions = Omit<InitOptions, 'from' | 'with'> & Partial<Pick<InitOptions, 'from' | 'with'>>;

function collectNames(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  if (value === '') {
    throw new InvalidArgumentError('write a path, or - for standard input');
  }
  return [...before, value];
}
