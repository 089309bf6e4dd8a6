import type { Config } from '../base/config.ts';
import { OperatorError } from '../base/errors.ts';
import { createLogger, type Logger } from '../base/logger.ts';
import { exitOnSignals, Shutdown } from '../base/shutdown.ts';

const SHUTDOWN_DEADLINE_MS = 30_000;

export interface Program {
  config: Config;
  log: Logger;
  shutdown: Shutdown;
  /** Ends the program with 1, because it cannot go on: logs and prints the reason, and undoes what was started. */
  end: (reason: string) => void;
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
      await start({ config, log, shutdown, end: endWith(log, shutdown) });
    } catch (error) {
      await shutdown.run();
      throw error;
    }
  } catch (error) {
    process.stderr.write(`${lastWord(error)}\n`);
    process.exit(1);
  }
}

function endWith(log: Logger, shutdown: Shutdown): Program['end'] {
  return (reason) => {
    log.fatal(reason);
    process.stderr.write(`${reason}\n`);
    void shutdown.run().then(() => process.exit(1));
  };
}

/** A program never ends with an empty line. */
function lastWord(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || `The program ended because of an error without a message (${error.name}).`;
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
