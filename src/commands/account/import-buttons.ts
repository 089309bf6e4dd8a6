import type { AccountImportPreview } from '../../domain/accounts/account-import.ts';
import {
  accountImportAgainId,
  accountImportCancelId,
  accountImportPreview,
  accountImportSourceId,
  accountImportStepId,
} from '../../views/account/import-preview.ts';
import type { View } from '../../views/kit/view.ts';
import { type Context, defineComponent } from '../define.ts';
import { maxChanges } from '../limits-of-level.ts';

/** The message as it stands, with the rows that are left out. */
async function redraw({ services }: Context, preview: AccountImportPreview, notice?: string): Promise<View> {
  const rejected = preview.state === 'open' ? await services.accountImports.rejections(preview.planId) : [];
  return accountImportPreview(preview, { rejected, ...(notice && { notice }) });
}

export const accountImportButtons = [
  defineComponent({
    id: accountImportStepId,
    requires: 'operator',
    ack: 'update',
    async run(context, { plan, step, ...shown }) {
      const { actor, services } = context;
      const { accountImports } = services;
      const apply =
        step === 'import'
          ? accountImports.commit(actor, plan, shown)
          : accountImports.update(actor, plan, shown, maxChanges(actor.level));
      const { preview, isStale } = await apply;
      return redraw(
        context,
        preview,
        isStale ? 'Accounts or proxies have changed since; nothing was done. This is the plan now.' : undefined,
      );
    },
  }),
  defineComponent({
    id: accountImportAgainId,
    requires: 'operator',
    ack: 'update',
    run: async (context, { plan }) => redraw(context, await context.services.accountImports.preview(plan)),
  }),
  defineComponent({
    id: accountImportCancelId,
    requires: 'operator',
    ack: 'update',
    run: async (context, { plan }) =>
      redraw(context, await context.services.accountImports.cancel(context.actor, plan)),
  }),
  defineComponent({
    id: accountImportSourceId,
    requires: 'operator',
    ack: 'update',
    async run(context, { plan }) {
      const { source } = await context.services.accountImports.preview(plan);
      if (source) await context.deleteMessage(source.channelId, source.messageId);
      return redraw(context, await context.services.accountImports.forgetSource(plan));
    },
  }),
];
