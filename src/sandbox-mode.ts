import type { Config } from './config.ts';
import { UserError } from './errors.ts';
import type { Logger } from './logger.ts';
import type { Services } from './services/services.ts';
import type { Shutdown } from './shutdown.ts';

/** What the bot is configured with where no token is set. */
export interface SandboxMode extends Pick<Config, 'discord' | 'roles'> {
  /** Lets the page load sample data through the bot's own services. */
  offerSample(services: Services): void;
}

/** Starts the stand-in for Discord. It is loaded only here: production never reads it. */
export async function enterSandbox(
  { port, dataDir }: { port: number; dataDir: string },
  log: Logger,
  shutdown: Shutdown,
): Promise<SandboxMode> {
  const { openSandbox } = await import('../sandbox/open.ts');
  const { createSampleLoader } = await import('../sandbox/sample/load-sample.ts');
  const sandbox = await openSandbox({ port, dataDir });
  shutdown.add('sandbox', () => sandbox.stop());
  log.info(`Sandbox, no Discord account needed: open ${sandbox.url} in a browser`);
  return {
    discord: sandbox.discord,
    roles: sandbox.roles,
    offerSample: (services) => sandbox.offerSample(createSampleLoader(sampleTarget(services))),
  };
}

const ACTOR = { id: 'sandbox', name: 'Sample data' };

function sampleTarget({
  imports,
  accounts,
}: Services): Parameters<typeof import('../sandbox/sample/load-sample.ts').createSampleLoader>[0] {
  return {
    async importProxies(csv) {
      const file = { name: 'sample.csv', bytes: new TextEncoder().encode(csv), defaults: {}, source: null };
      const { planId, counts } = await imports.stage(ACTOR, file);
      const brought = counts.new + counts.revived;
      if (brought > 0) await imports.apply(ACTOR, planId, 'import', brought);
      return brought;
    },
    async addAccount(account) {
      try {
        await accounts.add(ACTOR, account);
        return true;
      } catch (error) {
        if (error instanceof UserError && error.code === 'account_known') return false;
        throw error;
      }
    },
  };
}
