import { z } from 'zod';
import { SOURCE_KINDS } from '../../domain/sources/listed.ts';
import {
  SOURCE_MODES,
  SOURCE_NAME_CHARS,
  type SourceSummary,
  SYNC_CLASSES,
  SYNC_OUTCOMES,
  type SyncCounts,
  type SyncReport,
} from '../../domain/sources/source.ts';
import type { SourceService } from '../../services/sources/source-service.ts';
import { callerOf } from '../request/auth.ts';
import { addEtag } from '../request/etag.ts';
import { line, moment } from '../request/schemas.ts';
import { answer, BY_TOKEN, type Routes, refusals } from './route.ts';

const params = z.object({ name: line(SOURCE_NAME_CHARS).min(1).describe('Name of the source, case-insensitive') });

const source = z
  .object({
    name: z.string(),
    kind: z.enum(SOURCE_KINDS),
    provider: z.string().nullable(),
    everyHours: z.int().describe('Hours between two syncs'),
    mode: z.enum(SOURCE_MODES),
    proxies: z.int().describe('Its proxies in the pool'),
    missing: z.int().describe('Active proxies that its last complete list lacks'),
    syncedAt: moment.nullable(),
    completeAt: moment.nullable().describe('When a complete list was last read'),
    nextSyncAt: moment,
    failures: z.int().describe('Failed syncs in a row'),
    problem: z.string().nullable().describe('Why the last list was not complete'),
  })
  .meta({ id: 'Source' });

const counts = z.object(
  Object.fromEntries(SYNC_CLASSES.map((each) => [each, z.int()])) as Record<keyof SyncCounts, z.ZodInt>,
);

const sync = z
  .object({
    outcome: z.enum(SYNC_OUTCOMES),
    listed: z.int().describe('Proxies in the list'),
    problem: z.string().nullable().describe('Why the list is not complete'),
    applied: counts.nullable().describe('Changes that the mode of the source has applied at once'),
    open: counts.nullable().describe('Changes that a person has to apply in Discord'),
    missing: z.int().describe('Active proxies that the list lacks'),
  })
  .meta({ id: 'SourceSync' });

/** Sources, and a sync that a program starts. */
export function sourceRoutes(app: Routes, { sources }: { sources: SourceService }): void {
  app.get(
    '/api/sources',
    {
      onSend: addEtag,
      schema: {
        operationId: 'listSources',
        tags: ['sources'],
        summary: 'List sources',
        description: 'All sources by name, without their keys. `If-None-Match` with the `ETag` returns 304.',
        security: BY_TOKEN,
        response: { 200: answer('The sources', z.object({ items: z.array(source) })), ...refusals() },
      },
    },
    async () => ({ items: (await sources.list()).map(toSource) }),
  );

  app.post(
    '/api/sources/:name/sync',
    {
      schema: {
        operationId: 'syncSource',
        tags: ['sources'],
        summary: 'Read the list of a source now',
        description: 'Compares the list with the pool. What the mode of the source does not apply is left to a person.',
        security: BY_TOKEN,
        params,
        response: { 200: answer('The result of the sync', sync), ...refusals(400, 404, 409, 414, 502) },
      },
    },
    async (request) => {
      const { actor } = callerOf(request);
      return toSync(await sources.sync(actor, await sources.resolve(request.params.name), { isShown: false }));
    },
  );
}

const toSource = ({ id: _id, isRunning: _isRunning, ...summary }: SourceSummary): z.output<typeof source> => ({
  ...summary,
  syncedAt: summary.syncedAt?.toISOString() ?? null,
  completeAt: summary.completeAt?.toISOString() ?? null,
  nextSyncAt: summary.nextSyncAt.toISOString(),
});

const toSync = ({ outcome, listed, problem, applied, preview }: SyncReport): z.output<typeof sync> => ({
  outcome,
  listed,
  problem,
  applied: applied?.counts ?? null,
  open: preview?.counts ?? null,
  missing: preview ? preview.missing.missing + preview.missing.expired : 0,
});
