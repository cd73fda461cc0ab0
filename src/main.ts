import { hostname } from 'node:os';
import { parseArgs } from 'node:util';
import type { Config } from './config/schema.ts';
import type { ConfigState, RunningOperator } from './reconcile/operator.ts';

/**
 * The operator image's entry. Each subcommand is loaded only when asked for, so that the small ones in a build Pod
 * start without client-node.
 */
const subcommands = {
  operator: runOperatorProcess,
  credentials: async (argv: readonly string[]) => {
    const { runCredentials } = await import('./agent/credentials.ts');
    return runCredentials(argv, process.env, report);
  },
  push: async (argv: readonly string[]) => {
    const { runPush } = await import('./agent/push.ts');
    return runPush(argv, process.env, report);
  },
  probe: async (argv: readonly string[]) => {
    // As the first process of its container it would be deaf to the signal that ends a Pod.
    process.once('SIGTERM', () => process.exit(143));
    const { runProbe } = await import('./agent/launch/probe.ts');
    return runProbe(argv, report);
  },
} as const;

/** A kubelet takes up to a minute more to bring a changed ConfigMap to the Pod. */
const configPauseMs = 5000;

/** Shorter than the ten seconds in which a Lease must be renewed. */
const leaseTimeoutMs = 3000;

function report(line: string): void {
  process.stderr.write(`${line}\n`);
}

const logFormats = ['json', 'pretty'] as const;
type LogFormat = (typeof logFormats)[number];

/** The format of the log that `operator --log-format` asks for; null when there is none of that name. */
function logFormatOf(argv: readonly string[]): LogFormat | null {
  const options = { 'log-format': { type: 'string', default: 'json' } } as const;
  try {
    const { values } = parseArgs({ args: [...argv], options });
    return logFormats.find((format) => format === values['log-format']) ?? null;
  } catch {
    return null;
  }
}

/** Runs until a signal; the exit code is 0 after an orderly end. */
async function runOperatorProcess(argv: readonly string[]): Promise<number> {
  const logFormat = logFormatOf(argv);
  if (logFormat === null) {
    report(`usage: main.js operator [--log-format ${logFormats.join('|')}]`);
    return 2;
  }
  const [{ followConfig, loadConfig }, { systemClock }, { ServerClock }] = await Promise.all([
    import('./config/load.ts'),
    import('./kubernetes/clock.ts'),
    import('./kubernetes/serverClock.ts'),
  ]);
  const [{ connect }, { createLogger }, { startOperator }] = await Promise.all([
    import('./kubernetes/client/connection.ts'),
    import('./telemetry/logger.ts'),
    import('./reconcile/operator.ts'),
  ]);
  const path = process.env['IMAGESPEC_CONFIG'] ?? '/etc/imagespec-operator/config.yaml';
  const config = await loadConfig(path);
  if (!config.ok) {
    report(config.failure);
    return 2;
  }
  const logger = createLogger(
    config.value.logLevel,
    logFormat === 'json' ? undefined : (await import('./telemetry/prettyLog.ts')).prettyLog(),
  );
  process.on('unhandledRejection', (error) => {
    logger.fatal({ err: error }, 'a bug: an unhandled rejection');
    process.exit(1);
  });
  const source =
    process.env['KUBERNETES_SERVICE_HOST'] === undefined
      ? ({ is: 'default' } as const)
      : ({ is: 'inCluster' } as const);
  const userAgent = 'imagespec-operator';
  const clock = new ServerClock(systemClock);
  const start = (settings: Config, state: ConfigState): Promise<RunningOperator> => {
    const connection = connect(source, { userAgent, heard: (date, tookMs) => clock.learn(date, tookMs) });
    return startOperator({
      config: settings,
      configState: state,
      connection,
      leaseConnection: connect(source, { userAgent, timeoutMs: leaseTimeoutMs }),
      clock,
      leaseClock: systemClock,
      log: (level, message, fields) => logger[level](fields, message),
      namespace: process.env['POD_NAMESPACE'] ?? connection.namespace ?? 'default',
      leaseName: process.env['IMAGESPEC_LEASE_NAME'] ?? userAgent,
      instance: process.env['POD_NAME'] ?? hostname(),
      health: { host: '::', port: Number(process.env['IMAGESPEC_HEALTH_PORT'] ?? '8080') },
      lost: () => {
        logger.error('the Lease is lost; ending so that two operators do not act on the same ImageSpec');
        process.exit(1);
      },
    });
  };
  const state: ConfigState = { isCurrent: true };
  let operator = await start(config.value, state);
  const ending = new AbortController();
  const following = followConfig(
    path,
    configPauseMs,
    {
      // All that follows from a setting is made again, as at a start: nothing keeps an old one.
      changed: async (settings) => {
        logger.info({ path }, 'the configuration has changed: starting again with it');
        await operator.stop();
        logger.level = settings.logLevel;
        state.isCurrent = true;
        operator = await start(settings, state);
      },
      refused: (failure) => {
        state.isCurrent = false;
        logger.error({ failure }, 'the changed configuration is not accepted, and the last one stays');
      },
    },
    ending.signal,
  );
  const signal = await new Promise<NodeJS.Signals>((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT'] as const) {
      process.once(name, resolve);
    }
  });
  logger.info({ signal }, 'stopping');
  ending.abort();
  await following;
  await operator.stop();
  return 0;
}

function isSubcommand(name: string): name is keyof typeof subcommands {
  return Object.hasOwn(subcommands, name);
}

const [name = '', ...argv] = process.argv.slice(2);
if (isSubcommand(name)) {
  process.exitCode = await subcommands[name](argv);
} else {
  report(`usage: main.js ${Object.keys(subcommands).join('|')}`);
  process.exitCode = 2;
}
