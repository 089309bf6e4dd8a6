import { type DetailKey, MODAL_KEYS } from '../../domain/proxies/fields.ts';
import { LIMITS } from '../../kit/limits/limits.ts';

const pages: DetailKey[][] = [];
for (let from = 0; from < MODAL_KEYS.length; from += LIMITS.modalComponents) {
  pages.push(MODAL_KEYS.slice(from, from + LIMITS.modalComponents));
}

/** The fields that people edit, as many to a modal as Discord allows. */
export const EDIT_PAGES: readonly (readonly DetailKey[])[] = pages;

/** The button that opens a modal. */
export function editLabel(page: number): string {
  if (page === 0) return 'Edit';
  return pages.length > 2 ? `Edit more (${page})` : 'Edit more';
}
