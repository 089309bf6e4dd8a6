import { startBackground } from './background.ts';
import { type CoreDeps, openCore } from './core.ts';

/** Starts a worker: everything that the bot does in the background and no connection to Discord. */
export async function startWorker(deps: CoreDeps): Promise<void> {
  const core = await openCore(deps);
  startBackground(core);
  await core.monitoring.start();
}
