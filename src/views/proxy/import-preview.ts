import { z } from 'zod';
import { defineId, idNumber } from '../../discord/custom-id.ts';
import type { ImportPreview, ImportStep, RejectedLine } from '../../domain/proxies/proxy-import.ts';
import { toCsv } from '../kit/csv.ts';
import { encodingName, figureBlock } from '../kit/import-parts.ts';
import { button, card, file, row, type Tone, text } from '../kit/parts.ts';
import { table } from '../kit/table.ts';
import { address, ago, code, count, cut, escapeText, mask, on, plural, who } from '../kit/text.ts';
import type { View } from '../kit/view.ts';

/** The number on a button travels with it: where it no longer holds, the click gets a fresh preview. */
export const importStepId = defineId('import.step', {
  plan: idNumber,
  step: z.enum(['import', 'update', 'add']),
  count: idNumber,
});
export const importReadingId = defineId('import.reading', { plan: idNumber, reading: z.enum(['first', 'second']) });
export const importCancelId = defineId('import.cancel', { plan: idNumber });
export const importUndoId = defineId('import.undo', { plan: idNumber });
export const importSourceId = defineId('import.delete_message', { plan: idNumber });

const REJECTIONS_FILE = 'rejected-lines.csv';
const LONGEST_QUOTE = 80;

/** The preview of an import, and, as its steps are done, its result. `rejected` is attached where it is given. */
export function importPreview(
  preview: ImportPreview,
  options: { rejected?: readonly RejectedLine[]; notice?: string } = {},
): View {
  const { rejected = [], notice } = options;
  const hasFile = rejected.length > 0;
  return {
    components: [
      card(
        toneOf(preview),
        text(`### ${titleOf(preview)}`, notice && `⚠️ **${notice}**`),
        results(preview),
        figures(preview),
        sampleOf(preview),
        notesOf(preview),
        hasFile && file(REJECTIONS_FILE),
        footer(preview),
        stepButtons(preview),
        otherButtons(preview),
      ),
    ],
    ...(hasFile && { files: [{ name: REJECTIONS_FILE, data: rejectionsCsv(rejected) }] }),
  };
}

const STEP_DONE: Record<ImportStep, (n: string) => string> = {
  import: (n) => `Imported ${n}`,
  update: (n) => `Updated ${n}`,
  add: (n) => `Added ${n} as new`,
  undo: (n) => `Undone: ${n} taken back`,
};

function stepsOf(preview: ImportPreview) {
  return (Object.keys(STEP_DONE) as ImportStep[]).flatMap((step) => {
    const result = preview.results[step];
    return result ? [{ step, ...result }] : [];
  });
}

function toneOf(preview: ImportPreview): Tone {
  if (preview.results.undo) return 'muted';
  if (stepsOf(preview).length > 0) return 'good';
  return preview.state === 'open' ? 'neutral' : 'muted';
}

function titleOf(preview: ImportPreview): string {
  const name = preview.fileName === null ? 'pasted list' : code(cut(preview.fileName, LONGEST_QUOTE));
  if (preview.state === 'cancelled') return `Import cancelled · ${name}`;
  if (preview.state === 'expired') return `Import expired · ${name}`;
  return stepsOf(preview).length > 0 ? `Import · ${name}` : `Import preview · ${name}`;
}

/** What becomes of the lines, the most important first. */
function figures({ counts, results: done }: ImportPreview) {
  return figureBlock(
    [
      [counts.new, 'new'],
      [counts.revived, 'removed before, would come back'],
      [counts.credentials, 'known with another password'],
      [counts.type, 'known with another type'],
      [counts.known, 'known, nothing to do'],
      [counts.blocked, 'known and blocked, stay blocked'],
      [counts.duplicate, 'repeated in the file'],
      [counts.invalid, 'not understood'],
    ],
    Object.keys(done).length > 0,
  );
}

function results(preview: ImportPreview) {
  const done = stepsOf(preview);
  if (done.length === 0) return null;
  return text(
    ...done.map(
      ({ step, count: n, by, at, served }) =>
        `✅ **${STEP_DONE[step](count(n))}** · ${who(by)} · ${ago(new Date(at))}${served ? ` · ${plural(served, 'waiting account')} served` : ''}`,
    ),
  );
}

function sampleOf({ sample, state, results: done }: ImportPreview) {
  if (sample.length === 0 || state !== 'open' || done.import) return null;
  const columns = [
    { header: 'line', max: 6, align: 'right' as const },
    { header: 'address', max: 26 },
    { header: 'type', max: 6 },
    { header: 'user', max: 8 },
    { header: 'label', max: 12 },
  ];
  const isLabelled = sample.some((each) => each.label);
  const rows = sample.map((each) => [
    String(each.line),
    address(each.host, each.port),
    each.type,
    mask(each.username) || '–',
    each.label ?? '',
  ]);
  return text(table(isLabelled ? columns : columns.slice(0, -1), rows));
}

function notesOf(preview: ImportPreview) {
  const { waiting, choice, blocked, unknownColumns, rejected, counts, state, results: done } = preview;
  const isOpen = state === 'open';
  const lines = [
    isOpen &&
      !done.import &&
      waiting.accounts > 0 &&
      `Would serve **${count(waiting.served)}** of ${plural(waiting.accounts, 'waiting account')}.`,
    isOpen && choice && readings(choice),
    blocked.length > 0 &&
      `⛔ Stay blocked: ${blocked.map((each) => `#${each.id} ${code(address(each.host, each.port))}${each.reason ? ` (${escapeText(cut(each.reason, LONGEST_QUOTE))})` : ''}`).join(', ')}${counts.blocked > blocked.length ? ' …' : ''}`,
    unknownColumns.length > 0 &&
      `Columns left out: ${unknownColumns
        .slice(0, 10)
        .map((name) => code(cut(name, 40)))
        .join(', ')}${unknownColumns.length > 10 ? ' …' : ''}`,
    ...rejected.map((each) => `❌ Line ${each.line}: ${escapeText(cut(each.reason, 160))}`),
    counts.invalid > rejected.length &&
      `-# and ${plural(counts.invalid - rejected.length, 'more line')} in the attached file`,
  ].filter((line) => typeof line === 'string');
  return lines.length > 0 && text(...lines);
}

function readings(choice: NonNullable<ImportPreview['choice']>): string {
  const other = choice.taken === 'first' ? 'second' : 'first';
  const say = (which: 'first' | 'second') =>
    `${code(choice[which].form)}, such as ${code(cut(choice[which].example, LONGEST_QUOTE))}`;
  return `↔️ **${plural(choice.lines, 'line')} can be read in two ways.** Taken: ${say(choice.taken)}. The other: ${say(other)}.`;
}

function footer({ planId, encoding, state, expiresAt }: ImportPreview) {
  const end = state === 'open' ? ` · can be applied until ${on(expiresAt)}` : '';
  return text(`-# Import ${planId} · ${encodingName(encoding)}${end}`);
}

function stepButtons({ planId: plan, counts, state, results: done }: ImportPreview) {
  if (state !== 'open') return null;
  const brings = counts.new + counts.revived;
  const updates = counts.credentials + counts.type;
  const step = (which: 'import' | 'update' | 'add', n: number) => importStepId.encode({ plan, step: which, count: n });
  return row(
    !done.import && brings > 0 && button(`Import ${count(brings)}`, step('import', brings), 'good'),
    !done.update && updates > 0 && button(`Update ${count(updates)}`, step('update', updates), 'primary'),
    !done.add &&
      counts.credentials > 0 &&
      button(`Add ${count(counts.credentials)} as new`, step('add', counts.credentials)),
    button('Cancel', importCancelId.encode({ plan })),
  );
}

function otherButtons({ planId: plan, choice, state, results: done, source }: ImportPreview) {
  const isUntouched = Object.keys(done).length === 0;
  const other = choice?.taken === 'first' ? 'second' : 'first';
  return row(
    state === 'open' &&
      choice &&
      isUntouched &&
      button(`Read as ${choice[other].form}`, importReadingId.encode({ plan, reading: other })),
    !isUntouched && !done.undo && button('Undo', importUndoId.encode({ plan }), 'bad'),
    source && button('Delete message', importSourceId.encode({ plan })),
  );
}

function rejectionsCsv(rejected: readonly RejectedLine[]): string {
  return toCsv(
    ['line', 'reason', 'text'],
    rejected.map((each) => [each.line, each.reason, each.text]),
  );
}
