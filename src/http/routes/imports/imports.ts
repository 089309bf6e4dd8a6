import { z } from 'zod';
import { definedOf } from '../../../base/values.ts';
import type { AccountImportPreview } from '../../../domain/accounts/account-import.ts';
import type { Actor } from '../../../domain/actor.ts';
import { PROXY_TYPES } from '../../../domain/proxies/proxy.ts';
import type { ImportPreview } from '../../../domain/proxies/proxy-import.ts';
import type { AccountImportService } from '../../../services/account-import/account-import-service.ts';
import type { IdempotencyService } from '../../../services/idempotency-service.ts';
import type { ProxyImportService } from '../../../services/proxy-import/proxy-import-service.ts';
import { callerOf } from '../../request/auth.ts';
import { idempotencyHeaders, once } from '../../request/idempotency.ts';
import { line } from '../../request/schemas.ts';
import { MAX_UPLOAD_BYTES, takeUploads, type Upload, uploadOf } from '../../request/upload.ts';
import { answer, BY_TOKEN, type Routes, refusals } from '../route.ts';
import { accountImportShape, proxyImportShape, toAccountImport, toProxyImport } from './import-shape.ts';
import { commitAccounts, commitProxies } from './import-steps.ts';

const said = (max: number) => line(max).min(1).optional();
const common = {
  mode: z.enum(['preview', 'commit']).default('preview').describe('`preview` changes nothing'),
  plan: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional()
    .describe('Go on with the `plan` of a preview, without a body'),
};

const proxyQuery = z.strictObject({
  ...common,
  updates: z
    .enum(['skip', 'update', 'add'])
    .default('skip')
    .describe('Known proxies with another password or type: leave them, update them, or add them as new ones'),
  reading: z.enum(['first', 'second']).optional().describe('Which reading of lines that have two'),
  type: z.enum(PROXY_TYPES).optional().describe('For lines that name none, as the next ones'),
  provider: said(100),
  country: z
    .string()
    .regex(/^[A-Za-z]{2}$/)
    .optional(),
  label: said(100),
});

const accountQuery = z.strictObject({
  ...common,
  updates: z.enum(['skip', 'update']).default('skip').describe('Known accounts of which the file says something else'),
  model: said(100).describe('For lines that name none, as the next one'),
  vps: said(100),
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

/** Files of proxies and of accounts: previewed, and committed at once or by the number of the preview. */
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
          'Text with one proxy a line, CSV, JSON, or a form with a file. A preview shows what a commit would do.',
        querystring: proxyQuery,
        response: {
          200: answer('What the file holds, and what was done', proxyImportShape),
          ...refusals(400, 404, 409, 413, 415, 422),
        },
      },
    },
    async (request, reply) => {
      const { mode, plan, updates, reading, ...defaults } = request.query;
      const file = plan === undefined ? await uploadOf(request) : undefined;
      const work = async (actor: Actor): Promise<ImportPreview> => {
        const staged = file
          ? await imports.stage(actor, {
              ...file,
              source: null,
              defaults: definedOf({ ...defaults, country: defaults.country?.toUpperCase() }),
            })
          : await imports.preview(Number(plan));
        const read = reading === undefined ? staged : await imports.takeReading(staged.planId, reading);
        return mode === 'commit' ? commitProxies(imports, actor, read, updates) : read;
      };
      const { actor } = callerOf(request);
      return (await once(idempotency, { request, reply, asked: askedIn(file) }, async () =>
        toProxyImport(await work(actor)),
      )) as z.output<typeof proxyImportShape>;
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
        summary: 'Import accounts, and give them proxies',
        description:
          'Text with one username a line, CSV, JSON, or a form with a file. A commit imports and assigns at once.',
        querystring: accountQuery,
        response: {
          200: answer('What the file holds, and what was done', accountImportShape),
          ...refusals(400, 404, 409, 413, 415, 422),
        },
      },
    },
    async (request, reply) => {
      const { mode, plan, updates, ...defaults } = request.query;
      const file = plan === undefined ? await uploadOf(request) : undefined;
      const work = async (actor: Actor): Promise<AccountImportPreview> => {
        const staged = file
          ? await accountImports.stage(actor, { ...file, source: null, defaults: definedOf(defaults) })
          : await accountImports.preview(Number(plan));
        return mode === 'commit' ? commitAccounts(accountImports, actor, staged, updates) : staged;
      };
      const { actor } = callerOf(request);
      return (await once(idempotency, { request, reply, asked: askedIn(file) }, async () =>
        toAccountImport(await work(actor)),
      )) as z.output<typeof accountImportShape>;
    },
  );
}

/** A copy, since reading the file takes its bytes over. Its name says how they are read. */
const askedIn = (file: Upload | undefined) =>
  Buffer.concat([Buffer.from(`${file?.name}\n`), file?.bytes ?? Buffer.of()]);
