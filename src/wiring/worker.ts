import { type CoreDeps, openCore } from './core.ts';
import { startJobs } from './jobs.ts';

/** Starts a worker: the jobs of the bot without a connection to Discord. */
export async function startWorker(deps: CoreDeps): Promise<void> {
  await startJobs(await openCore(deps));
}
