import { z } from 'zod';
import { formatAddress } from '../../domain/proxies/address.ts';
import { detail, nounOf } from '../../domain/proxies/fields.ts';
import {
  type ImportPreview,
  type ImportStep,
  importSteps,
  type RejectedLine,
  SETTABLE_KEYS,
  type TakingStep,
} from '../../domain/proxies/proxy-import.ts';
import { defineId, idNumber } from '../../kit/custom-id.ts';
import { button, card, file, row, type Tone, text } from '../../kit/parts.ts';
import { closedLine, limitNote } from '../../kit/plan-lines.ts';
import { code, count, escapeText, mask, noticeLine, plural, truncate } from '../../kit/text.ts';
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

/** The id carries the number on the button; if it no longer holds, the click shows a new preview. */
export const importStepId = defineId('import.step', {
  plan: idNumber,
  step: z.enum(['import', 'update', 'add']),
  count: idNumber,
});
export const importReadingId = defineId('import.reading', { plan: idNumber, reading: z.enum(['first', 'second']) });
export const importCancelId = defineId('import.cancel', { plan: idNumber });
export const importTestId = defineId('import.test', { plan: idNumber });
export const importProviderId = defineId('import.provider', { plan: idNumber });
export const importSetId = defineId('import.set', { plan: idNumber, key: z.enum(SETTABLE_KEYS) });
export const importUndoId = defineId('import.undo', { plan: idNumber });
export const importSourceId = defineId('import.delete_message', { plan: idNumber });

const REJECTIONS_FILE = 'rejected-lines.csv';
/** Lengths with which a message with all parts stays within Discord's limit. */
const LONGEST = { address: 54, label: 24, reason: 28, example: 40, form: 40, column: 20, value: 16 } as const;
const FORMS_NAMED = 5;

/**
 * The preview of an import and, once steps are applied, its result. Rejected lines are attached.
 *
 * @param options.notice why a click had no effect
 * @param options.note what a click has done
 */
export function importPreview(
  preview: ImportPreview,
  options: { rejected?: readonly RejectedLine[]; notice?: string | undefined; note?: string | undefined } = {},
): View {
  const { rejected = [], notice } = options;
  const hasFile = rejected.length > 0;
  return {
    components: [
      card(
        toneOf(preview),
        text(
          importTitle('Import', preview, stepsOf(preview).length > 0),
          noticeLine(notice),
          options.note,
          closedLine(preview, '/proxy import', stepsOf(preview).length > 0),
        ),
        results(preview),
        figures(preview),
        sampleOf(preview),
        notesOf(preview),
        hasFile && file(REJECTIONS_FILE),
        importFooter(preview),
        stepButtons(preview),
        otherButtons(preview),
        setButtons(preview),
      ),
    ],
    ...(hasFile && { files: [rejectionsFile(REJECTIONS_FILE, 'text', rejected)] }),
  };
}

const STEP_DONE: Record<ImportStep, (n: string) => string> = {
  import: (n) => `Imported ${n}`,
  update: (n) => `Updated ${n}`,
  add: (n) => `Added ${n} as new`,
  undo: (n) => `Undone: ${n} reverted`,
};

function stepsOf(preview: ImportPreview) {
  return (Object.keys(STEP_DONE) as ImportStep[]).flatMap((step) => {
    const result = preview.results[step];
    return result ? [{ step, ...result }] : [];
  });
}

function toneOf(preview: ImportPreview): Tone {
  if (preview.results.undo) return 'muted';
  if (stepsOf(preview).length > 0) return 'success';
  return preview.state === 'open' ? 'neutral' : 'muted';
}

/** Lines by what the import does with them, the most important first. */
function figures({ counts, results: done }: ImportPreview) {
  return figureBlock(
    [
      [counts.new, 'new'],
      [counts.revived, 'restored after removal'],
      [counts.credentials, 'known with another password'],
      [counts.type, 'known with another type'],
      [counts.known, 'known, no change'],
      [counts.blocked, 'known and blocked (stay blocked)'],
      [counts.duplicate, 'duplicates in the file'],
      [counts.invalid, 'invalid'],
    ],
    Object.keys(done).length > 0,
  );
}

function results(preview: ImportPreview) {
  const done = stepsOf(preview);
  if (done.length === 0) return null;
  return text(
    ...done.map(
      ({ step, count: n, served, ...stamp }) =>
        `${doneLine(STEP_DONE[step](count(n)), stamp)}${served ? ` · ${plural(served, 'waiting account')} got a proxy` : ''}`,
    ),
  );
}

function sampleOf({ sample, state, results: done }: ImportPreview) {
  if (sample.length === 0 || state !== 'open' || done.import) return null;
  return text(...sample.map(sampleLine));
}

function shortAddress({ host, port }: { host: string; port: number }): string {
  return code(truncate(formatAddress(host, port), LONGEST.address));
}

/** `-# line 3 · 198.51.100.7:8080 · http · cu••• · desk 4`, with everything that was read of the line except secrets. */
function sampleLine({ line, host, port, type, username, label }: ImportPreview['sample'][number]): string {
  const parts = [
    `-# line ${count(line)}`,
    shortAddress({ host, port }),
    type,
    escapeText(mask(username)),
    label && escapeText(truncate(label, LONGEST.label)),
  ];
  return parts.filter(Boolean).join(' · ');
}

function notesOf(preview: ImportPreview) {
  const {
    waiting,
    choice,
    blocked,
    unknownColumns,
    lostColumns,
    forms,
    rejected,
    counts,
    expired,
    state,
    results: done,
  } = preview;
  const isOpen = state === 'open';
  const lines = [
    isOpen &&
      !done.import &&
      waiting.accounts > 0 &&
      importSteps.count(counts, 'import') > 0 &&
      `Assigns **${count(waiting.served)}** of ${plural(waiting.accounts, 'waiting account')}.`,
    isOpen &&
      !done.import &&
      expired > 0 &&
      `⌛ **${plural(expired, 'proxy', 'proxies')}** to import ${expired === 1 ? 'has' : 'have'} already expired.`,
    isOpen && limitNote(importSteps.count(counts, 'update')),
    isOpen && choice && readings(choice),
    blocked.length > 0 &&
      `⛔ Stay blocked: ${blocked.map((each) => `#${each.id} ${shortAddress(each)}${each.reason ? ` (${escapeText(truncate(each.reason, LONGEST.reason))})` : ''}`).join(', ')}${counts.blocked > blocked.length ? ' …' : ''}`,
    isOpen && Object.keys(done).length === 0 && settableLine(preview),
    isOpen && formsLine(forms),
    unknownColumnsLine(unknownColumns),
    lostColumnsLine(lostColumns),
    ...rejectedLines(rejected),
    counts.invalid > rejected.length &&
      isOpen &&
      `-# and ${plural(counts.invalid - rejected.length, 'more line')} in the attached file`,
  ].filter((line) => typeof line === 'string');
  return lines.length > 0 && text(...lines);
}

/** `Read as 118 × host:port:user:password, 2 × URL`, so that a wrong reading is seen before it is imported. */
function formsLine(forms: ImportPreview['forms']): string | false {
  const named = forms
    .slice(0, FORMS_NAMED)
    .map(({ form, lines }) => `${count(lines)} × ${code(truncate(form, LONGEST.form))}`);
  return forms.length > 0 && `Read as ${named.join(', ')}${forms.length > FORMS_NAMED ? ' …' : ''}`;
}

function lostColumnsLine(columns: ImportPreview['lostColumns']): string | false {
  const named = columns
    .slice(0, FORMS_NAMED)
    .map(
      ({ name, used }) => `${code(truncate(name, LONGEST.column))} (${code(truncate(used, LONGEST.column))} was used)`,
    );
  return columns.length > 0 && `Ignored columns that mean the same as another one: ${named.join(', ')}`;
}

function readings(choice: NonNullable<ImportPreview['choice']>): string {
  const other = choice.taken === 'first' ? 'second' : 'first';
  const describe = (which: 'first' | 'second') =>
    `${code(choice[which].form)}, such as ${code(truncate(choice[which].example, LONGEST.example))}`;
  return `↔️ **${plural(choice.lines, 'line')} can be read in two ways.** Read as ${describe(choice.taken)}. Alternative: ${describe(other)}.`;
}

function stepButtons({ planId: plan, counts, state, results: done }: ImportPreview) {
  if (state !== 'open') return null;
  const step = (which: TakingStep, label: (n: string) => string, look?: 'success' | 'primary') => {
    const n = importSteps.count(counts, which);
    const id = importStepId.encode({ plan, step: which, count: n });
    return !done[which] && n > 0 && button(label(count(n)), id, look);
  };
  return row(
    step('import', (n) => `Import ${n}`, 'success'),
    step('update', (n) => `Update ${n}`, 'primary'),
    step('add', (n) => `Add ${n} as new`),
    button('Cancel', importCancelId.encode({ plan })),
  );
}

/** The import leaves known proxies as they are; these set a value of the file on them, after a preview. */
function setButtons({ planId: plan, state, settable }: ImportPreview) {
  if (state !== 'open') return null;
  return row(
    ...settable.map(({ key, count: n }) =>
      button(`Set ${nounOf(detail(key))} on ${count(n)}`, importSetId.encode({ plan, key })),
    ),
  );
}

/** `✏️ Known proxies without these values: provider Proxy-Seller 1,200, label desk 3` */
function settableLine({ settable }: ImportPreview): string | false {
  const named = settable.map(
    ({ key, value, count: n }) => `${nounOf(detail(key))} ${code(truncate(value, LONGEST.value))} ${count(n)}`,
  );
  return named.length > 0 && `✏️ Known proxies without these values: ${named.join(', ')}`;
}

function otherButtons(preview: ImportPreview) {
  const { planId: plan, choice, state, results: done, counts, brought, lacksProvider, source } = preview;
  const isUntouched = Object.keys(done).length === 0;
  const canSetProvider = isUntouched ? state === 'open' && importSteps.count(counts, 'import') > 0 : !done.undo;
  const other = choice?.taken === 'first' ? 'second' : 'first';
  return row(
    state === 'open' &&
      choice &&
      isUntouched &&
      button(`Read as ${choice[other].form}`, importReadingId.encode({ plan, reading: other })),
    brought > 0 && button(`Test ${count(brought)}`, importTestId.encode({ plan }), 'primary'),
    canSetProvider && lacksProvider && button('Set provider', importProviderId.encode({ plan })),
    !isUntouched && !done.undo && button('Undo', importUndoId.encode({ plan })),
    source && button('Delete message', importSourceId.encode({ plan })),
  );
}
