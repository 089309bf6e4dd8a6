import { z } from 'zod';
import { definedOf } from '../../../base/values.ts';
import type { AccountImportPreview } from '../../../domain/accounts/account-import.ts';
import { DEFAULT_KEYS, type DefaultKey, detail } from '../../../domain/proxies/fields.ts';
import { PROXY_TYPES } from '../../../domain/proxies/proxy.ts';
import type { ImportPreview } from '../../../domain/proxies/proxy-import.ts';
import type { AccountImportService } from '../../../services/account-import/account-import-service.ts';
import type { IdempotencyService } from '../../../services/idempotency-service.ts';
import type { ProxyImportService } from '../../../services/proxy-import/proxy-import-service.ts';
import { callerOf } from '../../request/auth.ts';
import { idempotencyHeaders, once } from '../../request/idempotency.ts';
import { line } from '../../request/schemas.ts';
import { MAX_UPLOAD_BYTES, takeUploads } from '../../request/upload.ts';
import { answer, BY_TOKEN, type Routes, refusals } from '../route.ts';
import { importOnce, uploadOrPlan } from './import-once.ts';
import {
  accountImportShape,
  proxyImportShape,
  REJECTIONS_SENT,
  toAccountImport,
  toProxyImport,
} from './import-shape.ts';
import { commitAccounts, commitProxies } from './import-steps.ts';

const text = (max: number) => line(max).min(1).optional();
const common = {
  mode: z
    .enum(['preview', 'commit'])
    .default('preview')
    .describe('`preview` changes nothing, `commit` applies the import'),
  plan: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional()
    .describe('Continue with the `plan` of a preview; send no body'),
};

const defaults = Object.fromEntries(DEFAULT_KEYS.map((key) => [key, text(detail(key).kind.maxChars)])) as Record<
  DefaultKey,
  ReturnType<typeof text>
>;

const proxyQuery = z.strictObject({
  ...common,
  updates: z
    .enum(['skip', 'update', 'add'])
    .default('skip')
    .describe('What to do with known proxies that have another password or type: skip, update, or add as new'),
  reading: z
    .enum(['first', 'second'])
    .optional()
    .describe('Which reading to use for lines that can be read in two ways'),
  type: z.enum(PROXY_TYPES).optional().describe('Default for lines without one, like the next parameters'),
  ...defaults,
});

const accountQuery = z.strictObject({
  ...common,
  updates: z
    .enum(['skip', 'update'])
    .default('skip')
    .describe('What to do with known accounts that differ: skip or update'),
  model: text(100).describe('Default for lines without one, like the next parameter'),
  vps: text(100),
});

const upload = { config: { upload: true }, bodyLimit: MAX_UPLOAD_BYTES };
const documented = {
  security: BY_TOKEN,
  headers: idempotencyHeaders,
};

export interface ImportDeps {
  imports: ProxyImportService;
  accountImports: AccountImportService;
  idempotency: IdempotencyService;
}

/** Imports of proxies and accounts: previewed, and committed directly or by the number of the preview. */
export async function importRoutes(app: Routes, { imports, accountImports, idempotency }: ImportDeps): Promise<void> {
  await takeUploads(app);
  app.post(
    '/api/proxies/import',
    {
      ...upload,
      schema: {
        ...documented,
        operationId: 'importProxies',
        tags: ['proxies'],
        summary: 'Import proxies',
        description:
          'Accepts text with one proxy per line, CSV, JSON, or a multipart form with a file. A preview shows the effect of a commit.',
        querystring: proxyQuery,
        response: {
          200: answer('Content of the file and what was done', proxyImportShape),
          ...refusals(400, 404, 409, 413, 415, 422),
        },
      },
    },
    async (request, reply) => {
      const { mode, plan, updates, reading, ...defaults } = request.query;
      const { actor } = callerOf(request);
      const commit = async (read: ImportPreview) =>
        mode === 'commit' ? commitProxies(imports, actor, read, updates) : read;
      const steps = importOnce<ImportPreview>(await uploadOrPlan(request, plan), {
        stage: (file) => imports.stage(actor, { ...file, source: null, defaults: definedOf(defaults) }),
        preview: (id) => imports.preview(id),
        async finish(staged) {
          const read = reading === undefined ? staged : await imports.takeReading(staged.planId, reading);
          return toProxyImport(await commit(read), await imports.rejections(staged.planId, REJECTIONS_SENT));
        },
      });
      return (await once(idempotency, { request, reply }, steps)) as z.output<typeof proxyImportShape>;
    },
  );

  app.post(
    '/api/accounts/import',
    {
      ...upload,
      schema: {
        ...documented,
        operationId: 'importAccounts',
        tags: ['accounts'],
        summary: 'Import accounts and assign proxies',
        description:
          'Accepts text with one username per line, CSV, JSON, or a multipart form with a file. A commit imports and assigns in one step.',
        querystring: accountQuery,
        response: {
          200: answer('Content of the file and what was done', accountImportShape),
          ...refusals(400, 404, 409, 413, 415, 422),
        },
      },
    },
    async (request, reply) => {
      const { mode, plan, updates, ...defaults } = request.query;
      const { actor } = callerOf(request);
      const steps = importOnce<AccountImportPreview>(await uploadOrPlan(request, plan), {
        stage: (file) => accountImports.stage(actor, { ...file, source: null, defaults: definedOf(defaults) }),
        preview: (id) => accountImports.preview(id),
        async finish(staged) {
          const rejected = await accountImports.rejections(staged.planId, REJECTIONS_SENT);
          const done = mode === 'commit' ? await commitAccounts(accountImports, actor, staged, updates) : staged;
          return toAccountImport(done, rejected);
        },
      });
      return (await once(idempotency, { request, reply }, steps)) as z.output<typeof accountImportShape>;
    },
  );
}
