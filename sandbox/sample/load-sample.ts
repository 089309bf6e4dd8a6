import type { SampleLoader } from '../server/page/connection.ts';
import { accountFile, COMPACTED, HELD, lateAccountFile, relationFile, VPS_FILE } from './sample-accounts.ts';
import type { SamplePool } from './sample-pool.ts';

/** The parts of the bot through which the sample is loaded, as files like any other data: each is one entry of the audit log. */
export interface SampleTarget {
  /** Resolves to the number of new proxies. */
  importProxies(csv: string): Promise<number>;
  importVps(csv: string): Promise<void>;
  /** Resolves to the number of new accounts. */
  importAccounts(csv: string): Promise<number>;
  /** Exports all credentials, as for a program that uses them: without it, a proxy that is left has no cooldown. */
  handOut(): Promise<void>;
  /** Moves the accounts of a model onto as few proxies as possible. */
  compact(model: string): Promise<void>;
  /** Puts an account on hold. */
  hold(account: string): Promise<void>;
}

/**
 * Loads the sample, one load at a time; existing data is kept.
 *
 * @param offered the target, which becomes available after the page.
 */
export function createSampleLoader(pool: SamplePool, offered: Promise<SampleTarget>): SampleLoader {
  let running: Promise<void> | undefined;
  const load = async (report: (line: string) => void) => {
    report('Importing proxies…');
    const target = await offered;
    const proxies = await target.importProxies(pool.csv(new Date()));
    await target.importVps(VPS_FILE);
    report('Adding accounts…');
    const accounts = await target.importAccounts(accountFile());
    const late = accounts === 0 ? 0 : await settle(target);
    report(`Loaded ${proxies} proxies and ${accounts + late} accounts. Try /proxy list, /proxy stats and /vps map.`);
  };
  return (report) => {
    running ??= load(report).finally(() => {
      running = undefined;
    });
    return running;
  };
}

/** Leaves full proxies, proxies in cooldown, accounts on hold and waiting ones, and drift. Resolves to the number of new accounts. */
async function settle(target: SampleTarget): Promise<number> {
  await target.handOut();
  await target.compact(COMPACTED);
  await target.importVps(relationFile());
  for (const account of HELD) await target.hold(account);
  return target.importAccounts(lateAccountFile());
}
