import { textField } from '../../../discord/define/modal.ts';
import { OUT_OF_DATE } from '../../../discord/dispatch/routes.ts';
import { type DetailKey, detail, type PlainKey, SECRET_KEYS, type SecretKey } from '../../../domain/proxies/fields.ts';
import type { WrittenEdit } from '../../../domain/proxies/proxy-edit.ts';
import type { ProxyDetails } from '../../../domain/proxies/proxy-view.ts';
import { defineId, idNumber } from '../../../kit/custom-id.ts';
import type { View } from '../../../kit/view.ts';
import { editPageId } from '../../../views/proxy/card.ts';
import { EDIT_PAGES } from '../../../views/proxy/edit-pages.ts';
import { type Context, defineComponent, defineModal } from '../../define.ts';
import { editOne, understand } from './edit-one.ts';

const CLEAR = '-';

const isSecret = (key: DetailKey): key is SecretKey => SECRET_KEYS.some((each) => each === key);

/** A field of a modal. Fields are prefilled, so an empty one clears; a secret is never shown, so an empty one keeps it. */
function fieldOf(key: DetailKey) {
  const { label, kind, hint = '' } = detail(key);
  const description = isSecret(key)
    ? `Leave empty to keep it; ${CLEAR} to remove it`
    : hint.replace(/^./, (first) => first.toUpperCase());
  return textField(label, { maxLength: kind.maxChars, isLong: kind.isLong, ...(description && { description }) });
}

/** The value that a field is prefilled with. */
const shownIn = (proxy: ProxyDetails, key: PlainKey) => detail(key).kind.show(proxy[key]).trim();

/** The changed fields. A field with its prefilled value is not set, even if that value would no longer be accepted. */
function changedIn(proxy: ProxyDetails, fields: Partial<Record<DetailKey, string | undefined>>): WrittenEdit {
  const entries = Object.entries(fields) as [PlainKey, string | undefined][];
  return Object.fromEntries(
    entries.flatMap(([key, text = '']) => (isSecret(key) || text === shownIn(proxy, key) ? [] : [[key, text]])),
  );
}

async function submit(
  context: Context,
  id: number,
  fields: Partial<Record<DetailKey, string | undefined>>,
): Promise<View> {
  const { proxy } = await context.services.proxies.show(id);
  const link = fields.changeIpUrl;
  return editOne(context, id, understand(changedIn(proxy, fields)), link === CLEAR ? null : link);
}

const modals = EDIT_PAGES.map((keys, page) =>
  defineModal({
    id: defineId(`proxy.edit_${page + 1}`, { proxy: idNumber }),
    title: 'Edit a proxy',
    fields: Object.fromEntries(keys.map((key) => [key, fieldOf(key)])),
    requires: 'operator',
    ack: 'public',
    run: (context, { proxy }, fields) => submit(context, proxy, fields),
  }),
);

/** Opens one of the modals of a proxy. */
export async function openEditModal({ services }: Context, id: number, page: number) {
  const [modal, keys] = [modals[page], EDIT_PAGES[page]];
  if (!modal || !keys) throw OUT_OF_DATE;
  const { proxy } = await services.proxies.show(id);
  const shown = keys
    .filter((key): key is PlainKey => !isSecret(key))
    .map((key) => [key, shownIn(proxy, key) || undefined]);
  return modal.open({ proxy: id }, Object.fromEntries(shown), `Edit #${id}`);
}

export const editModals = [
  ...modals,
  defineComponent({
    id: editPageId,
    requires: 'operator',
    ack: 'modal',
    run: (context, { proxy, page }) => openEditModal(context, proxy, page),
  }),
];
