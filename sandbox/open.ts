import { join } from 'node:path';
import { botSettings } from './bot-settings.ts';
import { exampleFiles } from './sample/example-files.ts';
import { createSampleLoader, type SampleTarget } from './sample/load-sample.ts';
import { SamplePool } from './sample/sample-pool.ts';
import { type Sandbox, startSandbox } from './server/index.ts';
import type { SampleLoader } from './server/page/connection.ts';
import { createPage } from './server/page/page.ts';
import { FileStore } from './server/state/store.ts';
import { type SandboxKind, SandboxSources } from './sources/sources.ts';

/** A sandbox for `npm start`, with the configuration of the bot in it. */
export interface OpenSandbox extends Pick<Sandbox, 'url' | 'stop'> {
  discord: { token: string; guildId: string; opsChannelId: string; apiUrl: string };
  /** Checks go to a target on this machine, through proxies on this machine. */
  checks: { targetUrl: string; ca: string };
  roles: { viewer: string[]; operator: string[]; admin: string[] };
  /** Addresses of provider APIs on this machine. */
  sourceApiUrls: Readonly<Record<SandboxKind, string>>;
  /** Sets the target of the page's sample button, which waits until then. */
  offerSample(target: SampleTarget): void;
}

/** Messages and files are kept under `dataDir`, so that they and their buttons survive a restart. */
export async function openSandbox({ port, dataDir }: { port: number; dataDir: string }): Promise<OpenSandbox> {
  const store = new FileStore(join(dataDir, 'channel'));
  const pool = await SamplePool.start();
  const sources = await SandboxSources.start((kind) => pool.supply(kind));
  const { promise: offered, resolve: offerSample } = Promise.withResolvers<SampleTarget>();
  const load = createSampleLoader(pool, offered);
  let isLoaded = false;
  const sample: SampleLoader = async (report) => {
    await load(report);
    isLoaded = true;
  };
  const sandbox = await startSandbox({
    port,
    store,
    // An internal error of the stand-in is logged; bot and page keep running.
    onError: (error) => process.emitWarning(error instanceof Error ? error : String(error)),
    page: (running) =>
      createPage({
        sandbox: running,
        sample: () => (isLoaded ? undefined : sample),
        providers: pool,
        sources,
        examples: exampleFiles(pool),
      }),
  });
  return {
    url: sandbox.url,
    async stop() {
      await sandbox.stop();
      await sources.stop();
      await pool.stop();
    },
    offerSample,
    sourceApiUrls: sources.urls,
    checks: { targetUrl: pool.target.url, ca: pool.target.caPem },
    ...botSettings(sandbox),
  };
}
