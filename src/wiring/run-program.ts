import type { Config } from '../base/config.ts';
import { OperatorError } from '../base/errors.ts';
import { createLogger, type Logger } from '../base/logger.ts';
import { exitOnSignals, Shutdown } from '../base/shutdown.ts';

const SHUTDOWN_DEADLINE_MS = 30_000;

export interface Program {
  config: Config;
  log: Logger;
  shutdown: Shutdown;
}

/**
 * Runs a program until a signal ends it: reads its configuration, starts it, and undoes what was started if that fails. The error is
 * then printed as one sentence, and the process exits with 1.
 */
export async function runProgram(load: () => Config, start: (program: Program) => Promise<void>): Promise<void> {
  try {
    const config = load();
    const log = createLogger(config.logLevel);
    const shutdown = new Shutdown(log, SHUTDOWN_DEADLINE_MS);
    exitOnSignals(shutdown);
    logWarnings(log);
    try {
      await start({ config, log, shutdown });
    } catch (error) {
      await shutdown.run();
      throw error;
    }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

/**
 * Runs a program that completes one task and ends. An error that the user can correct is printed as a sentence; any
 * other error is logged.
 */
export async function runTool(failure: string, work: (log: Logger) => Promise<void>): Promise<void> {
  const log = createLogger('warn');
  try {
    await work(log);
  } catch (err) {
    if (err instanceof OperatorError) process.stderr.write(`${err.message}\n`);
    else log.fatal({ err }, failure);
    process.exitCode = 1;
  }
}

/** Node's own warnings go to the log, except those about experimental features, which are of no use to an operator. */
function logWarnings(log: Logger): void {
  process.removeAllListeners('warning');
  process.on('warning', (err) =>
    err.name === 'ExperimentalWarning' ? log.debug({ err }, 'warning') : log.warn({ err }, 'warning'),
  );
}
