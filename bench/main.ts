import { accountImportBench } from './account-import.ts';
import { apiBench } from './api.ts';
import { assignBench } from './assign.ts';
import type { Figure } from './figures.ts';
import { importBench } from './import.ts';
import { loadBench } from './load/load.ts';
import { manageBench } from './manage.ts';
import { parseBench } from './parse.ts';
import { planBench } from './plan.ts';
import { probeBench } from './probe.ts';
import { readsBench } from './reads/reads.ts';
import { statsBench } from './stats.ts';

/** Each benchmark runs its floor beside it, in the same run, and prints ratios. */
const BENCHES: Record<string, () => Promise<Figure[]>> = {
  import: importBench,
  parse: parseBench,
  assign: async () => [...(await planBench()), ...(await assignBench()), ...(await accountImportBench())],
  manage: manageBench,
  stats: statsBench,
  probe: probeBench,
  api: apiBench,
  reads: readsBench,
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
