import type { CheckConfig, Config } from '../base/config.ts';
import { UserError } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { Shutdown } from '../base/shutdown.ts';
import { parseTarget } from '../domain/health/check-target.ts';
import type { Services } from '../services/services.ts';

type OpenSandbox = import('../../sandbox/open.ts').OpenSandbox;

/** The part of the configuration that replaces the Discord token in the sandbox. */
export interface SandboxMode extends Pick<Config, 'discord' | 'roles' | 'checks' | 'allowPrivateProxies'> {
  /** URL of the page. */
  url: string;
  /** Lets the page load sample data through the bot's own services. */
  offerSample(services: Services): void;
}

/** Starts the sandbox. It is loaded only here, so production never loads it. */
export async function enterSandbox(
  { port, dataDir }: { port: number; dataDir: string },
  log: Logger,
  shutdown: Shutdown,
): Promise<SandboxMode> {
  const { openSandbox } = await import('../../sandbox/open.ts');
  const sandbox = await openSandbox({ port, dataDir });
  shutdown.add('sandbox', () => sandbox.stop());
  log.info(`Sandbox (no Discord account needed): open ${sandbox.url} in a browser`);
  return {
    url: sandbox.url,
    discord: sandbox.discord,
    roles: sandbox.roles,
    checks: sandboxChecks(sandbox.checks),
    // All proxies in the sandbox are on this machine.
    allowPrivateProxies: true,
    offerSample: (services) => sandbox.offerSample(sampleTarget(services)),
  };
}

/** Frequent enough to show an outage to someone who is watching. */
const INTERVAL_MS = 30_000;
const TIMEOUT_MS = 4_000;

/** Checks in the sandbox: of proxies on this machine, with its own target. */
export function sandboxChecks({ targetUrl, ca }: OpenSandbox['checks']): CheckConfig {
  return {
    targets: [parseTarget(targetUrl)],
    ...{ intervalMs: INTERVAL_MS, timeoutMs: TIMEOUT_MS, concurrency: 50, ca, reach: 'loopback' },
  };
}

const ACTOR = { id: 'sandbox', name: 'Sample data' };

function sampleTarget({ imports, accounts, vps: machines }: Services): Parameters<OpenSandbox['offerSample']>[0] {
  return {
    async importProxies(csv) {
      const file = { name: 'sample.csv', bytes: new TextEncoder().encode(csv), defaults: {}, source: null };
      const { planId, counts } = await imports.stage(ACTOR, file);
      const brought = counts.new + counts.revived;
      if (brought > 0) await imports.apply(ACTOR, planId, 'import', brought);
      return brought;
    },
    async addVps({ models, accounts: single = [], links, isDocumented, ...fields }) {
      try {
        const { id: vpsId } = await machines.add(ACTOR, fields);
        for (const model of models) await machines.assign(ACTOR, vpsId, { model });
        for (const username of single) {
          await machines.assign(ACTOR, vpsId, { accountId: await accounts.resolve(username) });
        }
        if (isDocumented) {
          const { drift } = await machines.map({ vpsId });
          await machines.mend(ACTOR, 'undocumented', { vpsId }, drift.undocumented);
        }
        for (const { proxyId, notes } of links) await machines.link(ACTOR, vpsId, proxyId, notes);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
      }
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
