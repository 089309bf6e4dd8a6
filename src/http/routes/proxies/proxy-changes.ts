import { z } from 'zod';
import type { Actor } from '../../../domain/actor.ts';
import type { ChangeResult, PoolChange } from '../../../domain/proxies/pool-change.ts';
import { PROXY_STATUSES } from '../../../domain/proxies/proxy.ts';
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
    status: z.enum(PROXY_STATUSES).optional().describe('Of `inactive` and `blocked` the accounts move first'),
    reason: reason.describe('Why, for the history'),
  })
  .meta({ id: 'ProxyPatch' });

const patched = proxyShape
  .extend({
    moved: z.int().describe('Accounts that went to other proxies'),
    waiting: z.int().describe('Accounts that wait, since no proxy had room'),
  })
  .meta({ id: 'PatchedProxy' });

const removal = z.strictObject({
  reassign: toggle.optional().describe('Go on where accounts would wait: those that find a place are moved'),
  force: toggle.optional().describe('Go on whatever becomes of the accounts'),
  reason: reason.describe('Why, for the history'),
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
          proxy: z.int().nullable().describe('Where it is now; null: it waits'),
        }),
      )
      .describe('What happened to the accounts that it carried'),
  })
  .meta({ id: 'RemovedProxy' });

export interface ProxyChangeDeps {
  proxies: ProxyService;
  poolChanges: PoolChangeService;
}

/** Changes of one proxy. */
export function proxyChangeRoutes(app: Routes, { proxies, poolChanges }: ProxyChangeDeps): void {
  app.patch(
    '/api/proxies/:id',
    {
      schema: {
        operationId: 'changeProxy',
        tags: ['proxies'],
        summary: 'Change a proxy',
        description:
          'What is left out stays, null clears. Accounts of a proxy that is switched off move to others, or wait.',
        security: BY_TOKEN,
        params,
        body: patch,
        response: { 200: answer('The proxy as it is now', patched), ...refusals(400, 404, 409, 413, 415) },
      },
    },
    async (request) => {
      const { actor } = callerOf(request);
      const id = Number(request.params.id);
      const { status, reason: why, ...fields } = request.body;
      const done: ChangeResult[] = [];
      const edit = readPatch(fields, new Date());
      const target = { ids: [id] };
      if (!edit && !status) throw new HttpProblem(400, { code: 'nothing_to_set', detail: 'Nothing is to be set.' });
      if (edit) done.push(await poolChanges.now(actor, { kind: 'edit', target, edit }));
      if (status) done.push(await poolChanges.now(actor, toStatus(status, target, why)));
      const { proxy, limit } = await proxies.show(id);
      const sum = (pick: (result: ChangeResult) => number) => done.reduce((all, each) => all + pick(each), 0);
      return {
        ...toProxyShape(proxy, limit),
        moved: sum((result) => result.moved),
        waiting: sum((result) => result.stranded),
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
          'Its accounts move to other proxies. Where some would wait it refuses with 409, unless `reassign` or `force` says to go on. Its number and its history stay.',
        security: BY_TOKEN,
        params,
        querystring: removal,
        response: {
          200: answer('It is removed, and what happened to its accounts', removed),
          ...refusals(400, 404, 409),
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
      await poolChanges.cancel(planId);
      const detail = `${moved} of the accounts of #${id} can move, ${stranded} would wait. Add ?reassign=true or ?force=true to remove it nevertheless.`;
      throw new HttpProblem(409, { code: 'accounts_would_wait', detail });
    }
    return poolChanges.apply(actor, planId);
  });
  const seats = await poolChanges.moves(done.planId);
  return {
    id,
    moved: done.moved,
    waiting: done.stranded,
    accounts: seats.map(({ username, model, to }) => ({ account: username, model, proxy: to?.id ?? null })),
  };
}
