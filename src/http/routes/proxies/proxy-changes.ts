import { z } from 'zod';
import type { Actor } from '../../../domain/actor.ts';
import type { ChangeResult, PoolChange } from '../../../domain/proxies/pool-change.ts';
import { PROXY_STATUSES } from '../../../domain/proxies/proxy.ts';
import { sumOf } from '../../../domain/sum.ts';
import type { PoolChangeService } from '../../../services/pool-changes/pool-change-service.ts';
import type { ProxyService } from '../../../services/proxies/proxy-service.ts';
import { callerOf } from '../../request/auth.ts';
import { isOn, line, rowId, toggle } from '../../request/schemas.ts';
import { HttpProblem } from '../../server/problem.ts';
import { applyPreview } from '../apply-preview.ts';
import { answer, BY_TOKEN, type Routes, refusals } from '../route.ts';
import { patchFields, readPatch } from './proxy-patch.ts';
import { proxyShape, toProxyShape } from './proxy-shape.ts';

const params = z.object({ id: rowId });
const reason = line(200).optional();

const patch = z
  .strictObject({
    ...patchFields,
    status: z.enum(PROXY_STATUSES).optional().describe('`inactive` and `blocked` move the accounts first'),
    reason: reason.describe('Reason, stored in the history'),
  })
  .meta({ id: 'ProxyPatch' });

const patched = proxyShape
  .extend({
    moved: z.int().describe('Accounts moved to other proxies'),
    waiting: z.int().describe('Accounts that wait, because no proxy has a free slot'),
  })
  .meta({ id: 'PatchedProxy' });

const removal = z.strictObject({
  reassign: toggle.optional().describe('Remove it even if accounts have to wait; the others are moved'),
  force: toggle.optional().describe('Remove it whatever happens to the accounts'),
  reason: reason.describe('Reason, stored in the history'),
});

const removed = z
  .object({
    id: z.int(),
    moved: z.int(),
    waiting: z.int(),
    accounts: z
      .array(
        z.object({
          account: z.string(),
          model: z.string(),
          proxy: z.int().nullable().describe('New proxy; null if the account waits'),
        }),
      )
      .describe('What happened to its accounts'),
  })
  .meta({ id: 'RemovedProxy' });

export interface ProxyChangeDeps {
  proxies: ProxyService;
  poolChanges: PoolChangeService;
}

/** Routes that change one proxy. */
export function proxyChangeRoutes(app: Routes, { proxies, poolChanges }: ProxyChangeDeps): void {
  app.patch(
    '/api/proxies/:id',
    {
      schema: {
        operationId: 'changeProxy',
        tags: ['proxies'],
        summary: 'Change a proxy',
        description:
          'Omitted fields are kept, null clears. Accounts of a deactivated proxy move to other proxies or wait.',
        security: BY_TOKEN,
        params,
        body: patch,
        response: { 200: answer('The changed proxy', patched), ...refusals(400, 404, 409, 413, 414, 415) },
      },
    },
    async (request) => {
      const { actor } = callerOf(request);
      const id = Number(request.params.id);
      const { status, reason: why, ...fields } = request.body;
      const edit = readPatch(fields, new Date());
      const target = { ids: [id] };
      if (!edit && !status) throw new HttpProblem(400, { code: 'nothing_to_set', detail: 'No changes given.' });
      const done = await poolChanges.now(actor, [
        ...(edit ? [{ kind: 'edit' as const, target, edit }] : []),
        ...(status ? [toStatus(status, target, why)] : []),
      ]);
      const { proxy, limit } = await proxies.show(id);
      const total = (pick: (result: ChangeResult) => number) => sumOf(done, pick);
      return {
        ...toProxyShape(proxy, limit),
        moved: total((result) => result.moved),
        waiting: total((result) => result.stranded),
      };
    },
  );

  app.delete(
    '/api/proxies/:id',
    {
      schema: {
        operationId: 'removeProxy',
        tags: ['proxies'],
        summary: 'Remove a proxy',
        description:
          'Its accounts move to other proxies. If some would have to wait, the response is 409, unless `reassign` or `force` is set. Its number and history are kept.',
        security: BY_TOKEN,
        params,
        querystring: removal,
        response: {
          200: answer('The proxy was removed', removed),
          ...refusals(400, 404, 409, 414),
        },
      },
    },
    async (request) => {
      const { reassign, force, reason: why } = request.query;
      const id = Number(request.params.id);
      const change: PoolChange = { kind: 'remove', target: { ids: [id] }, reason: why };
      return remove(poolChanges, callerOf(request).actor, { id, change, isSure: isOn(reassign) || isOn(force) });
    },
  );
}

function toStatus(status: z.output<typeof patch>['status'], target: { ids: number[] }, why?: string): PoolChange {
  if (status === 'active') return { kind: 'activate', target };
  return { kind: 'deactivate', target, isBlocked: status === 'blocked', reason: why };
}

async function remove(
  poolChanges: PoolChangeService,
  actor: Actor,
  { id, change, isSure }: { id: number; change: PoolChange; isSure: boolean },
): Promise<z.output<typeof removed>> {
  const shown = await poolChanges.plan(actor, change);
  const done = await applyPreview(shown, async ({ planId, moved, stranded }) => {
    if (stranded > 0 && !isSure) {
      await poolChanges.cancel(actor, planId);
      const detail = `${moved} of the accounts of #${id} can move, ${stranded} would have to wait. Add ?reassign=true or ?force=true to remove it anyway.`;
      throw new HttpProblem(409, { code: 'accounts_would_wait', detail });
    }
    return poolChanges.apply(actor, planId);
  });
  const moves = await poolChanges.moves(done.planId);
  return {
    id,
    moved: done.moved,
    waiting: done.stranded,
    accounts: moves.map(({ username, model, to }) => ({ account: username, model, proxy: to?.id ?? null })),
  };
}
