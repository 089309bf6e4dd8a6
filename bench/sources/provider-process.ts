import { fork } from 'node:child_process';
import { once } from 'node:events';

export interface BenchProvider {
  /** The address of its API in a round; in each round another hundredth of the passwords differs from the first list. */
  url(round: number): string;
  stop(): void;
}

/** Starts a provider that serves so many proxies, in a process of its own. */
export async function startBenchProvider(proxies: number): Promise<BenchProvider> {
  const child = fork(new URL('./provider.ts', import.meta.url), [String(proxies)]);
  const [base] = (await once(child, 'message')) as [string];
  return { url: (round) => `${base}/${round}`, stop: () => void child.disconnect() };
}
