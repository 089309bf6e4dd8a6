import { z } from 'zod';
import { defineId, idNumber } from '../../kit/custom-id.ts';
import { errorCard } from '../../kit/error-card.ts';
import { button, row } from '../../kit/parts.ts';
import type { View } from '../../kit/view.ts';

export const IMPORT_KINDS = ['proxies', 'accounts', 'vps'] as const;
export type ImportKind = (typeof IMPORT_KINDS)[number];

const NAMES: Record<ImportKind, string> = { proxies: 'proxies', accounts: 'accounts', vps: 'VPS' };

export const importAsId = defineId('import.as', { kind: z.enum(IMPORT_KINDS), plan: idNumber });

/** The import of another kind that a file was staged as, because it has rows of that kind. */
export interface OtherImport {
  kind: ImportKind;
  planId: number;
}

/** Only the caller sees that a file was given to the wrong command, with a button for the right one. */
export function withOther(view: View, other: OtherImport | undefined): View {
  if (!other) return { ...view, audience: 'caller' };
  const { kind, planId: plan } = other;
  const offer = row(button(`Import as ${NAMES[kind]}`, importAsId.encode({ kind, plan }), 'success'));
  return { ...view, components: offer ? [...view.components, offer] : view.components, audience: 'caller' };
}

/** A file that cannot be read as one kind, with the offer to import it as another one. */
export function wrongImport(error: { message: string; hint: string | undefined }, other: OtherImport): View {
  return withOther(errorCard(error), other);
}
