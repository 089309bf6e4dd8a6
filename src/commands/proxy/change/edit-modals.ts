import { textField } from '../../../discord/define/modal.ts';
import { DETAIL_FIELDS } from '../../../domain/proxies/fields.ts';
import { defineId, idNumber } from '../../../kit/custom-id.ts';
import { editSupplyId, editTextsId } from '../../../views/proxy/card.ts';
import { type Context, defineComponent, defineModal } from '../../define.ts';
import { editOne, understand } from './edit-one.ts';

/** Names and notes. The fields are prefilled, so an empty one clears the value. */
const textsModal = defineModal({
  id: defineId('proxy.texts', { proxy: idNumber }),
  title: 'Edit proxy',
  fields: {
    label: textField('Label', { maxLength: DETAIL_FIELDS.label.kind.maxChars }),
    notes: textField('Notes', { isLong: true, maxLength: DETAIL_FIELDS.notes.kind.maxChars }),
    provider: textField('Provider', { maxLength: DETAIL_FIELDS.provider.kind.maxChars }),
    country: textField('Country', { description: 'Two letters or a name, such as DE or Germany' }),
    tags: textField('Tags', { description: 'a, b replaces all tags; +a -b adds and removes', maxLength: 500 }),
  },
  requires: 'operator',
  ack: 'public',
  run: (context, { proxy }, fields) => editOne(context, proxy, understand(orEmpty(fields))),
});

/** Cost, expiry and the change-IP link. The link is a secret, so it is not prefilled and an empty field keeps it. */
const supplyModal = defineModal({
  id: defineId('proxy.supply', { proxy: idNumber }),
  title: 'Edit billing and location',
  fields: {
    city: textField('City', { maxLength: DETAIL_FIELDS.city.kind.maxChars }),
    cost: textField('Monthly cost', { description: 'Such as 12.50' }),
    link: textField('Change-IP link', {
      description: 'Left empty it stays as it is; - removes it',
      maxLength: DETAIL_FIELDS.changeIpUrl.kind.maxChars,
    }),
    expiry: textField('Expires', { description: 'Such as 2026-12-31 or 2026-12-31 18:00' }),
  },
  requires: 'operator',
  ack: 'public',
  async run(context, { proxy }, { city, cost, link, expiry }) {
    // An unchanged expiry is not an edit: it may have passed by now, and would be rejected.
    const { proxy: known } = await context.services.proxies.show(proxy);
    const expiresAt = expiry === expiryText(known.expiresAt) ? undefined : (expiry ?? '');
    const edit = understand({ ...orEmpty({ city, monthlyCost: cost }), expiresAt });
    if (link !== undefined)
      await context.services.proxies.setChangeIpLink(context.actor, proxy, link === '-' ? null : link);
    return editOne(context, proxy, edit);
  },
});

/** An empty field of a modal clears the value. */
function orEmpty<T extends Record<string, string | undefined>>(fields: T): { [K in keyof T]: string } {
  const entries = Object.entries(fields).map(([key, value]) => [key, value ?? '']);
  return Object.fromEntries(entries) as { [K in keyof T]: string };
}

export async function openTexts({ services }: Context, id: number) {
  const { proxy } = await services.proxies.show(id);
  const { label, notes, provider, country, tags } = proxy;
  const texts = { label, notes, provider, country, tags: tags.join(', ') };
  return textsModal.open({ proxy: id }, prefill(texts));
}

async function openSupply({ services }: Context, id: number) {
  const { proxy } = await services.proxies.show(id);
  const supply = {
    city: proxy.city,
    cost: proxy.monthlyCost?.toFixed(2),
    expiry: expiryText(proxy.expiresAt),
  };
  return supplyModal.open({ proxy: id }, prefill(supply));
}

/** To the minute, in the format that `readMoment` reads. */
function expiryText(at: Date | null): string | undefined {
  return at
    ?.toISOString()
    .replace('T', ' ')
    .replace(/:\d\d\.\d+Z$/, ' UTC');
}

function prefill(values: Record<string, string | null | undefined>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, value ?? undefined]));
}

export const editModals = [
  textsModal,
  supplyModal,
  defineComponent({
    id: editTextsId,
    requires: 'operator',
    ack: 'modal',
    run: (context, { proxy }) => openTexts(context, proxy),
  }),
  defineComponent({
    id: editSupplyId,
    requires: 'operator',
    ack: 'modal',
    run: (context, { proxy }) => openSupply(context, proxy),
  }),
];
