import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** Figures of one process from /proc: clock ticks are hundredths of a second on Linux. */
const MS_PER_TICK = 10;

interface Stat {
  parent: number;
  /** Of its own, and of children that have ended. Milliseconds. */
  cpuMs: number;
}

function statOf(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold anything; what follows it is numbers.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [, parent = 0] = fields;
    const ticks = fields.slice(11, 15).reduce((sum, value) => sum + value, 0);
    return { parent, cpuMs: ticks * MS_PER_TICK };
  } catch {
    return undefined;
  }
}

/** CPU of a process and its children so far, in milliseconds; 0 on a system without /proc. */
export function cpuOfTree(root: number): number {
  let sum = statOf(root)?.cpuMs ?? 0;
  for (const name of listProcesses()) {
    const stat = statOf(Number(name));
    if (stat?.parent === root) sum += stat.cpuMs;
  }
  return sum;
}

/** CPU of everything on this machine so far, in milliseconds. */
export function cpuOfMachine(): number {
  return cpus().reduce((sum, { times: { user, nice, sys, irq } }) => sum + user + nice + sys + irq, 0);
}

export function parentOf(pid: number): number | undefined {
  return statOf(pid)?.parent;
}

/** The most memory that a process has held so far, in MiB; undefined without /proc. */
export function peakMemoryMib(pid: number): number | undefined {
  try {
    const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kib === undefined ? undefined : Number(kib) / 1024;
  } catch {
    return undefined;
  }
}

function listProcesses(): string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}
