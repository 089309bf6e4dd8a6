import { UserError } from '../base/errors.ts';
import { RefusalCard } from '../discord/dispatch/refusal-card.ts';
import type { AccountDefaults } from '../domain/accounts/account-fields.ts';
import { namesAddress } from '../domain/imports/table-of-proxies.ts';
import type { ProxyDefaults } from '../domain/parse/parsed-file.ts';
import { sum } from '../domain/sum.ts';
import type { View } from '../kit/view.ts';
import {
  IMPORT_KINDS,
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
import { showVpsImport } from './vps/show-import.ts';

/** Why a file that is fine in itself cannot be read as one of this kind. */
const OF_ANOTHER_KIND: readonly string[] = [
  ...['no_host_column', 'no_username_column', 'no_mapping_header', 'no_rows', 'not_a_list'],
  ...['list_of_proxies', 'list_of_mappings'],
];

type SourceFile = Awaited<ReturnType<typeof readSource<Record<never, never>>>>;

/** A staged file: whether it has rows of its kind, and how its preview is shown. */
interface Staged {
  planId: number;
  hasRows: boolean;
  /** Whether it may be offered as one of this kind: it is not rather a list of another kind that can be read so. */
  isFit: boolean;
  show(): Promise<View>;
}

const anyOf = (counts: Readonly<Record<string, number>>) => {
  const { invalid: _invalid, ...others } = counts;
  return sum(Object.values(others)) > 0;
};

/** How a file is staged as an import of each kind. */
const STAGE: Record<ImportKind, (context: Context, file: SourceFile) => Promise<Staged>> = {
  async proxies(context, file) {
    const preview = await context.services.imports.stage(context.actor, file);
    const show = () => showImport(context, preview);
    const hasRows = anyOf(preview.counts);
    return { planId: preview.planId, hasRows, isFit: hasRows, show };
  },
  async accounts(context, file) {
    const preview = await context.services.accountImports.stage(context.actor, file);
    const hasRows = anyOf(preview.counts);
    const show = () => showAccountImport(context, preview);
    return { planId: preview.planId, hasRows, isFit: hasRows && !namesAddress(preview.unknownColumns), show };
  },
  async vps(context, file) {
    const preview = await context.services.vpsImports.stage(context.actor, file);
    const show = () => showVpsImport(context, preview);
    // A header is required, so the file is a list of VPS although what its rows name is not known yet.
    return { planId: preview.planId, hasRows: preview.rows > 0, isFit: true, show };
  },
};

/** Stages a file as the imports of other kinds. @returns the first that fits; undefined if none does */
async function findOther(
  context: Context,
  asked: ImportKind,
  source: Source<unknown>,
): Promise<OtherImport | undefined> {
  for (const kind of IMPORT_KINDS) {
    if (kind === asked) continue;
    // Read again: the bytes have moved to the thread that read them as the first kind.
    const file = await readSource(context, { ...source, defaults: {} });
    try {
      const { planId, isFit } = await STAGE[kind](context, file);
      if (isFit) return { kind, planId };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
    }
  }
  return undefined;
}

/**
 * Stages a file and shows its preview. If it has no rows of this kind, only the caller sees that, with the offer to
 * import it as another kind if it is one of those.
 */
async function stageOrOffer(context: Context, kind: ImportKind, source: Source<object>): Promise<View> {
  try {
    const staged = await STAGE[kind](context, await readSource(context, source));
    const view = await staged.show();
    return staged.hasRows ? view : withOther(view, await findOther(context, kind, source));
  } catch (error) {
    if (!(error instanceof UserError) || !OF_ANOTHER_KIND.includes(error.code)) throw error;
    const other = await findOther(context, kind, source);
    throw other ? new RefusalCard(error, wrongImport(error, other)) : error;
  }
}

/** Stages a file or a list of proxies and shows its preview. */
export const stageProxies = (context: Context, source: Source<ProxyDefaults>): Promise<View> =>
  stageOrOffer(context, 'proxies', source);

/** The same for accounts. */
export const stageAccounts = (context: Context, source: Source<AccountDefaults>): Promise<View> =>
  stageOrOffer(context, 'accounts', source);

/** The same for VPS and what they use. */
export const stageMappings = (context: Context, source: Source<object>): Promise<View> =>
  stageOrOffer(context, 'vps', source);

/** The preview of an import that was staged as another kind. */
const SHOW: Record<ImportKind, (context: Context, planId: number) => Promise<View>> = {
  proxies: async (context, planId) => showImport(context, await context.services.imports.preview(planId)),
  accounts: async (context, planId) =>
    showAccountImport(context, await context.services.accountImports.preview(planId)),
  vps: async (context, planId) => showVpsImport(context, await context.services.vpsImports.preview(planId)),
};

export const importAsButton = defineComponent({
  id: importAsId,
  requires: 'operator',
  ack: 'public',
  run: (context, { kind, plan }) => SHOW[kind](context, plan),
});
