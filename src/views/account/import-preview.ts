import { z } from 'zod';
import {
  ACCOUNT_IMPORT_STEPS,
  type AccountImportPreview,
  type AccountImportStep,
  type AccountPlacement,
  accountImportSteps,
} from '../../domain/accounts/account-import.ts';
import type { KeptAccount } from '../../domain/accounts/account-undo.ts';
import type { RejectedLine } from '../../domain/proxies/proxy-import.ts';
import { defineId, idNumber } from '../../kit/custom-id.ts';
import { STATE_GLYPH } from '../../kit/glyphs.ts';
import { button, card, file, row, type Tone, text } from '../../kit/parts.ts';
import { closedLine, limitNote } from '../../kit/plan-lines.ts';
import { code, count, escapeText, noticeLine, plural, truncate } from '../../kit/text.ts';
import type { View } from '../../kit/view.ts';
import {
  doneLine,
  figureBlock,
  importFooter,
  importTitle,
  rejectedLines,
  rejectionsFile,
  unknownColumnsLine,
} from '../imports/import-parts.ts';
import { keptFile, keptLine } from './undo-question.ts';

/** The id carries the figures of the preview; if they no longer hold, the click shows a new preview. */
export const accountImportStepId = defineId('account_import.step', {
  plan: idNumber,
  step: z.enum(ACCOUNT_IMPORT_STEPS),
  count: idNumber,
  placed: idNumber,
});
export const accountImportVpsId = defineId('account_import.create_vps', { plan: idNumber, count: idNumber });
export const accountImportModelId = defineId('account_import.model', { plan: idNumber, line: idNumber });
export const accountImportAgainId = defineId('account_import.again', { plan: idNumber });
export const accountImportCancelId = defineId('account_import.cancel', { plan: idNumber });
export const accountImportUndoId = defineId('account_import.undo', { plan: idNumber });
export const accountImportSourceId = defineId('account_import.delete_message', { plan: idNumber });

const REJECTIONS_FILE = 'skipped-rows.csv';
/** Lengths with which a message with all parts stays within Discord's limit. */
const LONGEST = { name: 20, model: 20, address: 60, reason: 60 } as const;
const MODELS_SHOWN = 8;

/** The preview of an account import and, once steps are applied, its result. Rejected rows are attached. */
export function accountImportPreview(
  preview: AccountImportPreview,
  options: {
    rejected?: readonly RejectedLine[];
    kept?: readonly KeptAccount[];
    notice?: string | undefined;
    note?: string | undefined;
  } = {},
): View {
  const { rejected = [], kept = [], notice } = options;
  const attached = [
    ...(rejected.length > 0 ? [rejectionsFile(REJECTIONS_FILE, 'account', rejected)] : []),
    ...(kept.length > 0 ? [keptFile(kept)] : []),
  ];
  return {
    components: [
      card(
        toneOf(preview),
        text(
          importTitle('Account import', preview, isDone(preview)),
          noticeLine(notice),
          options.note,
          closedLine(preview, '/account import', isDone(preview)),
          ...resultLines(preview),
          ...undoLines(preview),
          ...planLines(preview),
        ),
        figuresOf(preview),
        sampleOf(preview),
        notesOf(preview, rejected.length),
        ...attached.map(({ name }) => file(name)),
        importFooter(preview),
        stepButtons(preview),
        modelButtons(preview),
        otherButtons(preview),
      ),
    ],
    ...(attached.length > 0 && { files: attached }),
  };
}

const isDone = ({ results }: Pick<AccountImportPreview, 'results'>) =>
  ACCOUNT_IMPORT_STEPS.some((step) => results[step]);

function toneOf(preview: AccountImportPreview): Tone {
  const { state, plan } = preview;
  if (preview.undo) return 'muted';
  if (isDone(preview)) return 'success';
  if (state !== 'open') return 'muted';
  return plan && plan.waiting.length > 0 ? 'warn' : 'neutral';
}

const STEP_DONE: Record<AccountImportStep, string> = { import: 'Imported', update: 'Updated' };

function resultLines({ results }: AccountImportPreview): string[] {
  return ACCOUNT_IMPORT_STEPS.flatMap((step) => {
    const done = results[step];
    if (!done) return [];
    const line = doneLine(`${STEP_DONE[step]} ${count(done.count)}`, done);
    return done.accounts > 0 ? [line, `${count(done.placed)} got a proxy${waitingOf(done)}`] : [line];
  });
}

function undoLines({ undo }: AccountImportPreview): (string | false)[] {
  if (!undo) return [];
  const { removed, restored, models, vps, served, keptCount, kept } = undo;
  const also = [
    restored > 0 && `${count(restored)} set back`,
    models > 0 && `${plural(models, 'model')} removed`,
    vps > 0 && `${plural(vps, 'VPS', 'VPS')} removed`,
    served > 0 && `${plural(served, 'waiting account')} got a proxy`,
  ].filter(Boolean);
  return [
    [doneLine(`Undone: ${plural(removed, 'account')} removed`, undo), ...also].join(' · '),
    keptLine(keptCount, kept) ?? false,
  ];
}

function planLines({ plan, moves, state }: AccountImportPreview): (string | false)[] {
  if (state !== 'open') return [];
  return [
    plan !== null && `**${plural(plan.accounts, 'account')}**: ${prospect(plan)}`,
    limitNote(Math.max(plan?.placed ?? 0, moves?.accounts ?? 0), 'accounts') ?? false,
    moves !== null &&
      moves.accounts > 0 &&
      `**Update**: ${plural(moves.accounts, 'account')} of another model: ${prospect(moves)}`,
  ];
}

function prospect(plan: AccountPlacement): string {
  return `${count(plan.placed)} ${plan.placed === 1 ? 'gets' : 'get'} a proxy${waitingOf(plan)}`;
}

/** `, 20 wait (Amber 12, Bella 8; 7 more proxies needed)`; empty if no account waits. */
function waitingOf({ accounts, placed, waiting, missingProxies }: AccountPlacement): string {
  if (accounts === placed) return '';
  const names = waiting
    .slice(0, MODELS_SHOWN)
    .map((each) => `${escapeText(truncate(each.name, LONGEST.model))} ${count(each.waiting)}`);
  const more = waiting.length > MODELS_SHOWN ? ' …' : '';
  const missing = `${plural(missingProxies, 'more proxy', 'more proxies')} needed`;
  const verb = accounts - placed === 1 ? 'waits' : 'wait';
  return `, ${count(accounts - placed)} ${verb} (${names.join(', ')}${more}; ${missing})`;
}

/** Rows by what the import does with them, the most important first; zeros are omitted. */
function figuresOf(preview: AccountImportPreview) {
  const { counts } = preview;
  return figureBlock(
    [
      [counts.new, 'new'],
      [counts.revived, 'restored after removal'],
      [counts.model, 'known with another model'],
      [counts.vps, 'known on another VPS'],
      [counts.details, 'known with other label or notes'],
      [counts.known, 'known, no change'],
      [counts.duplicate, 'duplicates in the file'],
      [counts.conflict, 'conflicting duplicates (skipped)'],
      [counts.no_vps, 'unknown VPS (skipped)'],
      [counts.invalid, 'invalid'],
    ],
    isDone(preview),
  );
}

/** The first accounts with the proxies that they get. */
function sampleOf({ sample, plan }: AccountImportPreview) {
  if (!plan || sample.length === 0) return null;
  return text(
    ...sample.map(sampleLine),
    plan.accounts > sample.length && `-# and ${count(plan.accounts - sample.length)} more`,
  );
}

/** `**anna** · Amber · rigel → #12 198.51.100.7:8080 (fits best)` */
function sampleLine({ username, model, vps, proxy }: AccountImportPreview['sample'][number]): string {
  const short = (part: string, longest: number = LONGEST.name) => escapeText(truncate(part, longest));
  const account = [`**${short(username)}**`, short(model), vps !== null && short(vps)].filter(Boolean).join(' · ');
  return proxy
    ? `${account} → #${proxy.id} ${short(proxy.address, LONGEST.address)} (${short(proxy.reason, LONGEST.reason)})`
    : `${account} → ${STATE_GLYPH.waiting} waiting`;
}

function notesOf(preview: AccountImportPreview, attached: number) {
  const { newModels, alike, missingVps, missingVpsCount, unknownColumns, rejected, counts, state } = preview;
  const isOpen = state === 'open';
  const others = missingVpsCount - missingVps.length;
  const names = newModels.names.map((name) => code(truncate(name, LONGEST.name))).join(', ');
  const vps = missingVps.map(({ name, rows }) => `${code(truncate(name, LONGEST.name))} (${count(rows)})`).join(', ');
  const them = missingVpsCount === 1 ? 'it' : 'them';
  const lines = [
    isOpen &&
      newModels.count > 0 &&
      `🆕 ${plural(newModels.count, 'new model')}: ${names}${newModels.count > newModels.names.length ? ' …' : ''}`,
    ...alike.map(
      ({ name, rows, like }) =>
        `⚠️ ${code(truncate(name, LONGEST.name))} (${plural(rows, 'row')}) is a new model. Did you mean ${code(truncate(like.name, LONGEST.name))} (${plural(like.accounts, 'account')})?`,
    ),
    counts.no_vps > 0 &&
      `❌ ${plural(missingVpsCount, 'unknown VPS', 'unknown VPS')}: ${vps}${others > 0 ? ` and ${count(others)} more` : ''}. ${isOpen ? `Create ${them}, correct the file, or import the rest.` : `Add ${them} with \`/vps add\` and import the file again.`}`,
    unknownColumnsLine(unknownColumns),
    ...rejectedLines(rejected),
    attached > rejected.length && `-# ${plural(attached, 'row')} skipped; see the attached file`,
  ].filter((line) => typeof line === 'string');
  return lines.length > 0 && text(...lines);
}

/** One for each new model that looks like an existing one. */
function modelButtons({ planId: plan, state, alike }: AccountImportPreview) {
  if (state !== 'open') return null;
  return row(
    ...alike.map(({ line, rows, like }) =>
      button(
        `Use ${truncate(like.name, LONGEST.model)} for ${count(rows)}`,
        accountImportModelId.encode({ plan, line }),
      ),
    ),
  );
}

function otherButtons({ planId: plan, undo, source, ...preview }: AccountImportPreview) {
  return row(
    isDone(preview) && !undo && button('Undo', accountImportUndoId.encode({ plan })),
    source && button('Delete message', accountImportSourceId.encode({ plan })),
  );
}

function stepButtons(preview: AccountImportPreview) {
  const { planId: plan, counts, state, results, plan: added, moves, missingVpsCount } = preview;
  if (state !== 'open') return null;
  const updates = accountImportSteps.count(counts, 'update');
  const step = (which: AccountImportStep, n: number, placed: number) =>
    accountImportStepId.encode({ plan, step: which, count: n, placed });
  return row(
    !results.import && added && button('Import and assign', step('import', added.accounts, added.placed), 'success'),
    !results.update &&
      updates > 0 &&
      button(`Update ${count(updates)}`, step('update', updates, moves?.placed ?? 0), 'primary'),
    !results.import &&
      counts.no_vps > 0 &&
      button(
        `Create ${count(missingVpsCount)} VPS`,
        accountImportVpsId.encode({ plan, count: missingVpsCount }),
        'primary',
      ),
    !results.import && counts.no_vps > 0 && button('Check again', accountImportAgainId.encode({ plan })),
    button('Cancel', accountImportCancelId.encode({ plan })),
  );
}
