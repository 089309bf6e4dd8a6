import { UserError } from '../../../base/errors.ts';
import type { EditUndoCounts } from '../../../domain/proxies/edit-undo.ts';
import type { ProxyFilter } from '../../../domain/proxies/filters.ts';
import type { ChangePreview, ChangeTarget, PoolChange } from '../../../domain/proxies/pool-change.ts';
import { toCsv } from '../../../kit/csv.ts';
import { STALE_NOTICE, staleNotice } from '../../../kit/stale-notice.ts';
import type { View } from '../../../kit/view.ts';
import { type CardChange, proxyChangeId } from '../../../views/proxy/card.ts';
import {
  changeApplyId,
  changeCancelId,
  changePreview,
  changeUndoBackId,
  changeUndoId,
  changeUndoSureId,
  editUndoQuestion,
} from '../../../views/proxy/change-preview.ts';
import { type Context, defineComponent } from '../../define.ts';
import { hasAnyValue } from '../../has-any-value.ts';
import { packFile } from '../../pack-file.ts';

/** The named proxy or the filter. @throws UserError if both are given */
export async function targetOf(
  { services }: Context,
  { proxy, ...filter }: { proxy?: string | undefined } & ProxyFilter,
): Promise<ChangeTarget> {
  if (proxy === undefined) return { filter };
  if (hasAnyValue(filter)) {
    throw new UserError('two_targets', 'Use either a proxy or a filter.', 'Remove one of them.');
  }
  return { ids: [await services.proxies.resolve(proxy)] };
}

/** Plans a change and shows its preview. */
export async function planChange({ actor, services }: Context, change: PoolChange): Promise<View> {
  return changePreview(await services.poolChanges.plan(actor, change));
}

const MOVE_COLUMNS = ['username', 'model', 'from', 'from_address', 'to', 'to_address'];

/** The result, with all moves attached. */
async function outcome({ services, upload }: Context, preview: ChangePreview): Promise<View> {
  if (!preview.result || preview.result.moved + preview.result.stranded === 0) return changePreview(preview);
  const moves = await services.poolChanges.moves(preview.planId);
  const rows = moves.map(({ username, model, from, to }) => [
    username,
    model,
    from.id,
    from.address,
    to?.id ?? null,
    to?.address ?? 'waiting',
  ]);
  const file = await packFile(`moves-${preview.planId}.csv`, () => toCsv(MOVE_COLUMNS, rows), upload);
  return changePreview(preview, { moves: { all: moves, file } });
}

/** The change that a button of a proxy's card plans. */
function changeOf(id: number, kind: CardChange): PoolChange {
  const target = { ids: [id] };
  if (kind === 'block') return { kind: 'deactivate', target, isBlocked: true };
  if (kind === 'deactivate') return { kind, target, isBlocked: false };
  return kind === 'move' ? { kind, target, reason: `moved off #${id}` } : { kind, target };
}

/** Undoes an edit as the question showed it. */
async function undo({ actor, services }: Context, plan: number, shown: EditUndoCounts): Promise<View> {
  const isDone = await services.poolChanges.undo(actor, plan, shown);
  const question = isDone ? undefined : await services.poolChanges.undoPreview(plan);
  return question ? editUndoQuestion(question, STALE_NOTICE) : changePreview(await services.poolChanges.closed(plan));
}

export const changeButtons = [
  defineComponent({
    id: changeUndoId,
    requires: 'operator',
    ack: 'update',
    async run(context, { plan }) {
      const { poolChanges } = context.services;
      const question = await poolChanges.undoPreview(plan);
      if (!question) return changePreview(await poolChanges.closed(plan));
      const { restorable, kept } = question;
      const isWhole = kept === 0 && restorable <= (context.actor.changesAtMost ?? restorable);
      return isWhole ? undo(context, plan, { restorable, kept }) : editUndoQuestion(question);
    },
  }),
  defineComponent({
    id: changeUndoSureId,
    requires: 'operator',
    ack: 'update',
    run: (context, { plan, ...shown }) => undo(context, plan, shown),
  }),
  defineComponent({
    id: changeUndoBackId,
    requires: 'operator',
    ack: 'update',
    run: async ({ services }, { plan }) => changePreview(await services.poolChanges.closed(plan)),
  }),
  defineComponent({
    id: proxyChangeId,
    requires: 'operator',
    ack: 'public',
    run: (context, { proxy, kind }) => planChange(context, changeOf(proxy, kind)),
  }),
  defineComponent({
    id: changeApplyId,
    requires: 'operator',
    ack: 'update',
    async run(context, { plan }) {
      const { actor, services } = context;
      const applied = await services.poolChanges.apply(actor, plan);
      const notice = staleNotice(applied);
      return notice ? changePreview(applied.preview, { notice }) : outcome(context, applied.preview);
    },
  }),
  defineComponent({
    id: changeCancelId,
    requires: 'operator',
    ack: 'update',
    run: async ({ actor, services }, { plan }) => changePreview(await services.poolChanges.cancel(actor, plan)),
  }),
];
