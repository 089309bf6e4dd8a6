import { apiBench } from './api/api.ts';
import { accountImportBench } from './imports/account-import.ts';
import { importBench, largeImportBench } from './imports/import.ts';
import { parseBench } from './imports/parse.ts';
import type { Figure } from './kit/figures.ts';
import { loadBench } from './load/load.ts';
import { monitorMatrixBench } from './monitor/matrix.ts';
import { probeBench } from './monitor/probe.ts';
import { monitorWeekBench } from './monitor/week.ts';
import { assignBench } from './pool/assign.ts';
import { manageBench } from './pool/manage.ts';
import { planBench } from './pool/plan.ts';
import { statsBench } from './pool/stats.ts';
import { readsBench } from './reads/reads.ts';
import { readListBench } from './sources/read.ts';
import { syncListBench } from './sources/sync.ts';

/** Each benchmark runs its floor beside it, in the same run, and prints ratios. */
const BENCHES: Record<string, () => Promise<Figure[]>> = {
  import: importBench,
  'import-large': largeImportBench,
  parse: parseBench,
  assign: async () => [...(await planBench()), ...(await assignBench()), ...(await accountImportBench())],
  manage: manageBench,
  stats: statsBench,
  probe: probeBench,
  'monitor-matrix': monitorMatrixBench,
  'monitor-week': monitorWeekBench,
  api: apiBench,
  reads: readsBench,
  sources: async () => [...(await readListBench()), ...(await syncListBench())],
  load: loadBench,
};

const names = process.argv.slice(2);
const unknown = names.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  console.error(`No benchmark ${unknown.join(', ')}; there are: ${Object.keys(BENCHES).join(', ')}`);
  process.exit(1);
}
for (const name of names.length > 0 ? names : Object.keys(BENCHES)) {
  console.log(`\n${name}`);
  const figures = (await BENCHES[name]?.()) ?? [];
  console.table(
    figures.map(({ ratio, isMet, ...each }) => ({
      ...each,
      ratio: ratio?.toFixed(2) ?? '',
      met: isMet ? 'yes' : 'NO',
    })),
  );
}
