import type { CheckConfig, Config } from '../base/config.ts';
import { OperatorError } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { Shutdown } from '../base/shutdown.ts';
import { parseTarget } from '../domain/health/check-target.ts';
import type { Services } from '../services/services.ts';

type OpenSandbox = import('../../sandbox/open.ts').OpenSandbox;

/** The part of the configuration that replaces the Discord token in the sandbox. */
export interface SandboxMode
  extends Pick<Config, 'discord' | 'roles' | 'checks' | 'allowPrivateProxies' | 'sourceApiUrls'> {
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
  const sandbox = await openSandbox({ port, dataDir }).catch((error: unknown) => {
    throw isPortTaken(error) ? new OperatorError(portTaken(port)) : error;
  });
  shutdown.add('sandbox', () => sandbox.stop());
  log.info(`Sandbox (no Discord account needed): open ${sandbox.url} in a browser`);
  return {
    url: sandbox.url,
    discord: sandbox.discord,
    roles: sandbox.roles,
    sourceApiUrls: sandbox.sourceApiUrls,
    checks: sandboxChecks(sandbox.checks),
    // All proxies in the sandbox are on this machine.
    allowPrivateProxies: true,
    offerSample: (services) => sandbox.offerSample(sampleTarget(services)),
  };
}

const isPortTaken = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';

const portTaken = (port: number) =>
  `Port ${port} is already in use. Stop the program that uses it, or set SANDBOX_PORT to another port.`;

/** Frequent enough to show an outage to someone who is watching. */
const INTERVAL_MS = 30_000;
const TIMEOUT_MS = 4_000;

/** Checks in the sandbox: of proxies on this machine, with its own target. */
export function sandboxChecks({ targetUrl, ca }: OpenSandbox['checks']): CheckConfig {
  return {
    targets: [parseTarget(targetUrl)],
    intervalMs: INTERVAL_MS,
    timeoutMs: TIMEOUT_MS,
    concurrency: 50,
    ca,
    reach: 'loopback',
  };
}

const ACTOR = { id: 'sandbox', name: 'Sample data' };

type SampleTarget = Parameters<OpenSandbox['offerSample']>[0];

function sampleTarget(services: Services): SampleTarget {
  const { accounts, accountImports, assignments, exports: files, imports, poolChanges, vpsImports } = services;
  const file = (name: string, csv: string) => ({
    name,
    bytes: new TextEncoder().encode(csv),
    defaults: {},
    source: null,
  });
  return {
    async importProxies(csv) {
      const { planId, counts } = await imports.stage(ACTOR, file('sample.csv', csv));
      const brought = counts.new + counts.revived;
      if (brought > 0) await imports.apply(ACTOR, planId, 'import', brought);
      return brought;
    },
    async importVps(csv) {
      const { planId } = await vpsImports.stage(ACTOR, file('sample-vps.csv', csv));
      await vpsImports.apply(ACTOR, planId);
    },
    async importAccounts(csv) {
      const { planId, counts } = await accountImports.stage(ACTOR, file('sample-accounts.csv', csv));
      const added = counts.new + counts.revived;
      if (added > 0) await accountImports.commit(ACTOR, planId);
      return added;
    },
    async handOut() {
      const { parts } = await files.export(ACTOR, { filter: {}, withCredentials: true });
      for await (const _part of parts);
    },
    async compact(model) {
      const { planId } = await poolChanges.plan(ACTOR, { kind: 'rebalance', model, goal: 'compact' });
      await poolChanges.apply(ACTOR, planId);
    },
    async hold(account) {
      await assignments.unassign(ACTOR, await accounts.resolve(account), 'paused by its owner');
    },
  };
}
