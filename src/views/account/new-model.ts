import type { LikeModel } from '../../domain/accounts/account-edit.ts';
import { escapeText, plural, truncate } from '../../kit/text.ts';

const LONGEST_NAME = 40;
const named = (model: string) => `**${escapeText(truncate(model, LONGEST_NAME))}**`;

export const newModelLine = (model: string): string => `🆕 ${named(model)} is a new model.`;

/** Asks about a new model whose name may be a typing error. */
export function alikeLine(model: string, like: LikeModel): string {
  return `⚠️ ${named(model)} is a new model. Did you mean ${named(like.name)} (${plural(like.accounts, 'account')})?`;
}
