import { UserError } from '../../../base/errors.ts';
import { Refusal } from '../../../domain/parse/fields/refusal.ts';
import type { ProxyEdit } from '../../../domain/proxies/pool-change.ts';
import { readEdit, type WrittenEdit } from '../../../domain/proxies/proxy-edit.ts';
import type { View } from '../../../kit/view.ts';
import { proxyCard } from '../../../views/proxy/card.ts';
import type { Context } from '../../define.ts';

/** @throws UserError with the first invalid field */
export function understand(written: WrittenEdit): ProxyEdit {
  const edit = readEdit(written, new Date());
  if (edit instanceof Refusal) throw new UserError('bad_field', edit.reason, 'Nothing was changed.');
  return edit;
}

/** Edits one proxy without a preview and shows its card. The link is the one for changing its IP: null removes it, undefined keeps it. */
export async function editOne(
  { actor, services }: Context,
  id: number,
  edit: ProxyEdit,
  link?: string | null,
): Promise<View> {
  await services.proxyEdits.edit(actor, id, edit, link);
  const { proxy, ...settings } = await services.proxies.show(id);
  return proxyCard(proxy, settings, actor, 'Edited');
}
