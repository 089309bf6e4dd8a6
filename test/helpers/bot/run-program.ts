import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const START = fileURLToPath(new URL('../../../bin/start.mjs', import.meta.url));

/** The words after `node` with which `npm run …` starts a program. */
export const startOf = (program: string, ...args: string[]): string[] => [START, `src/programs/${program}.ts`, ...args];

/** Runs a program to its end, as `npm run …` does without npm, in a folder without `.env` and with this environment alone. */
export function runProgram(
  words: readonly [program: string, ...args: string[]],
  { cwd, env }: { cwd: string; env: Record<string, string> },
): Promise<{ code: number; said: string }> {
  return new Promise((done) => {
    execFile(process.execPath, startOf(...words), { cwd, env }, (error, stdout, stderr) => {
      done({ code: error ? Number(error.code) : 0, said: stdout + stderr });
    });
  });
}
