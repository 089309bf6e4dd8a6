import type { SampleLoader } from '../server/page/connection.ts';
import { sampleAccounts } from './sample-accounts.ts';
import type { SamplePool } from './sample-pool.ts';
import { SAMPLE_VPS, type SampleVps } from './sample-vps.ts';

/** The parts of the bot through which the sample is loaded, like any other data. */
export interface SampleTarget {
  /** Resolves to the number of new proxies. */
  importProxies(csv: string): Promise<number>;
  /** Resolves to true if the account is new. */
  /** Existing VPS are kept. */
  addVps(vps: SampleVps): Promise<void>;
  addAccount(account: { username: string; model: string; label: string }): Promise<boolean>;
}

const REPORT_EVERY = 50;

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
    const accounts = sampleAccounts();
    let added = 0;
    for (const [index, account] of accounts.entries()) {
      if (await target.addAccount(account)) added++;
      if (index % REPORT_EVERY === 0) report(`Adding accounts… ${index} of ${accounts.length}`);
    }
    for (const vps of SAMPLE_VPS) await target.addVps(vps);
    report(`Loaded ${proxies} proxies and ${added} accounts. Try /proxy list, /proxy stats and /vps map.`);
  };
  return (report) => {
    running ??= load(report).finally(() => {
      running = undefined;
    });
    return running;
  };
}
