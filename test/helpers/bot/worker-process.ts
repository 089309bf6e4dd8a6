import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = resolve(import.meta.dirname, '../../..');

/** A worker as an operating system sees it. */
export interface WorkerProcess {
  /** Its log so far. */
  log(): string;
  /** For a signal that does not end it. */
  signal(signal: NodeJS.Signals): void;
  /** @returns with which code it ended; null: by the signal */
  kill(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts `npm run worker` with this environment alone, and waits until it is ready. */
export async function startWorkerProcess(env: Record<string, string>): Promise<WorkerProcess> {
  const child = spawn(process.execPath, ['bin/start.mjs', 'src/programs/worker.ts'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, ...env },
  });
  const said: string[] = [];
  await untilReady(child, said);
  return {
    log: () => said.join('\n'),
    signal: (signal) => void child.kill(signal),
    async kill(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const exited = once(child, 'exit') as Promise<[number | null]>;
      child.kill(signal);
      return (await exited)[0];
    },
  };
}

function untilReady({ stdout, stderr }: ChildProcess, said: string[]): Promise<void> {
  if (!stdout || !stderr) throw new Error('the worker has no output');
  stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  return new Promise((ready, fail) => {
    const lines = createInterface({ input: stdout });
    lines.on('line', (line) => {
      said.push(line);
      if (line.includes('the worker is ready')) ready();
    });
    lines.on('close', () => fail(new Error(`the worker ended before it was ready:\n${said.join('\n')}`)));
  });
}
