import { Script } from 'node:vm';

export class OutOfTime extends Error {}

const script = new Script('globalThis.__limited__()');

/**
 * Calls a function and stops it if it computes for longer. A machine that is busy with something else may not have given it the
 * time: then it is called again and may take longer.
 */
export function callWithin<T>(ms: number, call: () => T): T {
  Object.assign(globalThis, { __limited__: call });
  for (let most = Math.ceil(ms); ; most *= 2) {
    const before = process.cpuUsage();
    try {
      return script.runInThisContext({ timeout: most }) as T;
    } catch (err) {
      if (!(err instanceof Error && 'code' in err && err.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')) throw err;
      const { user, system } = process.cpuUsage(before);
      if ((user + system) / 1000 >= ms / 2) throw new OutOfTime();
    }
  }
}
