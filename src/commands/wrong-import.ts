import { UserError } from '../base/errors.ts';
import { RefusalCard } from '../discord/dispatch/refusal-card.ts';
import type { AccountDefaults } from '../domain/accounts/account-fields.ts';
import type { ProxyDefaults } from '../domain/parse/parsed-file.ts';
import { sum } from '../domain/sum.ts';
import type { View } from '../kit/view.ts';
import {
  type ImportKind,
  importAsId,
  type OtherImport,
  withOther,
  wrongImport,
} from '../views/imports/wrong-import.ts';
import { showAccountImport } from './account/stage-import.ts';
import { type Context, defineComponent } from './define.ts';
import { readSource, type Source } from './import-source.ts';
import { showImport } from './proxy/import/stage-import.ts';

/** Why a file that is fine in itself cannot be read as one of this kind. */
const OF_ANOTHER_KIND: readonly string[] = ['no_host_column', 'no_username_column', 'no_rows', 'not_a_list'];

type Counted = { planId: number; counts: Readonly<Record<string, number>> };

const hasRows = ({ counts: { invalid: _invalid, ...others } }: Pick<Counted, 'counts'>): boolean =>
  sum(Object.values(others)) > 0;

/** Stages a file as the other kind of import. @returns undefined if it has no rows of that kind */
async function findOther(context: Context, asked: ImportKind, source: Source<unknown>) {
  const { actor, services } = context;
  const kind: ImportKind = asked === 'proxies' ? 'accounts' : 'proxies';
  // Read again: the bytes have moved to the thread that read them as the first kind.
  const file = await readSource(context, { ...source, defaults: {} });
  try {
    const staged: Counted =
      kind === 'accounts'
        ? await services.accountImports.stage(actor, file)
        : await services.imports.stage(actor, file);
    return hasRows(staged) ? { kind, planId: staged.planId } : undefined;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/**
 * Stages a file and shows its preview. If it has no rows of this kind, only the caller sees that, with the offer to
 * import it as the other kind if it is one of those.
 */
async function stageOrOffer<P extends Counted>(
  context: Context,
  kind: ImportKind,
  source: Source<unknown>,
  { stage, show }: { stage(): Promise<P>; show(preview: P): Promise<View> },
): Promise<View> {
  try {
    const preview = await stage();
    if (hasRows(preview)) return await show(preview);
    return withOther(await show(preview), await findOther(context, kind, source));
  } catch (error) {
    if (!(error instanceof UserError) || !OF_ANOTHER_KIND.includes(error.code)) throw error;
    const other: OtherImport | undefined = await findOther(context, kind, source);
    throw other ? new RefusalCard(error, wrongImport(error, other)) : error;
  }
}

/** Stages a file or a list of proxies and shows its preview. */
export async function stageProxies(context: Context, source: Source<ProxyDefaults>): Promise<View> {
  const file = await readSource(context, source);
  return stageOrOffer(context, 'proxies', source, {
    stage: () => context.services.imports.stage(context.actor, file),
    show: (preview) => showImport(context, preview),
  });
}

/** The same for accounts. */
export async function stageAccounts(context: Context, source: Source<AccountDefaults>): Promise<View> {
  const file = await readSource(context, source);
  return stageOrOffer(context, 'accounts', source, {
    stage: () => context.services.accountImports.stage(context.actor, file),
    show: (preview) => showAccountImport(context, preview),
  });
}

export const importAsButton = defineComponent({
  id: importAsId,
  requires: 'operator',
  ack: 'public',
  run: async (context, { kind, plan }) =>
    kind === 'accounts'
      ? showAccountImport(context, await context.services.accountImports.preview(plan))
      : showImport(context, await context.services.imports.preview(plan)),
});
