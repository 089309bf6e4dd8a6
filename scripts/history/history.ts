import { createLogger } from '../../src/base/logger.ts';
import { connect } from '../../src/db/client.ts';
import { openKeyring } from '../../src/db/keyring.ts';
import { readSettings, writeSettings } from '../../src/db/queries/settings.ts';
import { WRITER_KEY } from '../../test/helpers/pool/pool-services.ts';
import { checkRun, type Verdict } from './check/check-run.ts';
import type { Answer, Performed } from './operations.ts';
import { performAll, type RunOptions } from './run.ts';

interface Result {
  verdict: Verdict;
  performed: readonly Performed[];
  kills: number;
  /** In words. */
  summary: string;
}

/** Runs operations on an empty database, and compares what they answered and did with the models. */
export async function runHistory({ url, seed, ms }: Omit<RunOptions, 'pool'>): Promise<Result> {
  const { db, pool, close } = connect(url, { name: 'history', log: createLogger('silent') });
  try {
    await openKeyring(db, WRITER_KEY);
    // A cooldown would keep proxies from changing their model.
    await writeSettings(db, { ...(await readSettings(db)), cooldownDays: 0 });
    const { performed, kills } = await performAll({ pool, url, seed, ms });
    const verdict = await checkRun(pool, performed);
    return { verdict, performed, kills, summary: summarize(verdict, performed, kills) };
  } finally {
    await close();
  }
}

function summarize({ accounts, proxies, calls, violations }: Verdict, performed: readonly Performed[], kills: number) {
  const count = (kind: Answer['kind']) => performed.filter(({ answer }) => answer.kind === kind).length;
  const byKind = Map.groupBy(performed, ({ operation }) => operation.kind);
  return [
    `${performed.length} operations of three processes, ${kills} kills: ${count('done')} done, ${count('refused')} refused, ${count('unknown')} without an answer`,
    [...byKind].map(([kind, of]) => `${kind} ${of.length}`).join(', '),
    `${accounts} accounts and ${proxies} proxies, ${calls} calls: ${violations.length} violations`,
  ].join('\n');
}
