import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { createLogger } from '../../src/base/logger.ts';
import { openEmbedded } from '../../src/db/embedded.ts';
import { migrate } from '../../src/db/migrate.ts';
import { grantWork } from '../../src/db/roles/working-role.ts';
import { migrateJobQueue } from '../../src/jobs/job-queue.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The migrated database that every test database is a clone of. No connection to it stays open. */
    templateUrl: string;
    /** The same, as the role that the bot works as. */
    workingTemplateUrl: string;
  }
}

/** Nothing of a test run is to survive a power cut. */
const FAST = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' };

/** One PostgreSQL for the whole run, in a folder that goes with it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const log = createLogger('silent');
  const dataDir = mkdtempSync(join(tmpdir(), 'proxy-ops-test-'));
  const server = await openEmbedded({ dataDir, log, settings: FAST });
  // A run that is called off exits, and so takes the server along, rather than dying of the signal.
  process.once('SIGTERM', () => process.exit(143));
  await migrate(server.url, log);
  // The tables of the job queue take half a second, which each bot of a test would spend again.
  await migrateJobQueue({ databaseUrl: server.url, log });
  await grantWork({ ownerUrl: server.url, workingUrl: server.workingUrl, log });
  project.provide('templateUrl', server.url);
  project.provide('workingTemplateUrl', server.workingUrl);
  return async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
}
