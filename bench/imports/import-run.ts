import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createLogger } from '../../src/base/logger.ts';
import { connect } from '../../src/db/client.ts';
import { openKeyring } from '../../src/db/keyring.ts';
import { AssignmentService } from '../../src/services/assignments/assignment-service.ts';
import { FileWorkers } from '../../src/services/file-worker/file-workers.ts';
import { ImportReader } from '../../src/services/proxy-import/import-reader.ts';
import { ProxyImportService } from '../../src/services/proxy-import/proxy-import-service.ts';

export interface ImportRun {
  /** Number of rejected lines: the figures are for a list without any. */
  invalid: number;
  stageMs: number;
  commitMs: number;
  maxRssMib: number;
  longestPauseMs: number;
}

/** One import as the bot does it, from bytes to the preview or to the table. */
async function main(url: string, path: string, until: string): Promise<ImportRun> {
  const { db, pool, close } = connect(url, { log: createLogger('warn') });
  const keyring = await openKeyring(db, randomBytes(32));
  const workers = new FileWorkers();
  const reader = new ImportReader({ workers, fingerprintKey: keyring.fingerprintKey, isPrivateAllowed: false });
  const imports = new ProxyImportService({ db, pool, keyring, reader, assignments: new AssignmentService({ db }) });
  const actor = { id: 'bench', name: 'bench' };
  const bytes = readFileSync(path);
  const pauses = monitorEventLoopDelay({ resolution: 1 });
  pauses.enable();
  let started = performance.now();
  const preview = await imports.stage(actor, { name: basename(path), bytes, defaults: {}, source: null });
  const stageMs = performance.now() - started;
  started = performance.now();
  if (until === 'commit') await imports.apply(actor, preview.planId, 'import', preview.counts.new);
  const commitMs = performance.now() - started;
  pauses.disable();
  await close();
  const maxRssMib = process.resourceUsage().maxRSS / 1024;
  return { invalid: preview.counts.invalid, stageMs, commitMs, maxRssMib, longestPauseMs: pauses.max / 1e6 };
}

const [url = '', path = '', until = ''] = process.argv.slice(2);
process.send?.(await main(url, path, until));
