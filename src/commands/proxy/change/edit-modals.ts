import { textField } from '../../../discord/define/modal.ts';
import { DETAIL_FIELDS } from '../../../domain/proxies/fields.ts';
import { defineId, idNumber } from '../../../kit/custom-id.ts';
import { editSupplyId, editTextsId } from '../../../views/proxy/card.ts';
import { type Context, defineComponent, defineModal } from '../../define.ts';
import { editOne, understand } from './edit-one.ts';

/** What people call it. The fields are prefilled, so an empty one is cleared. */
const textsModal = defineModal({
  id: defineId('proxy.texts', { proxy: idNumber }),
  title: 'Edit a proxy',
  fields: {
    label: textField('Label', { maxLength: DETAIL_FIELDS.label.kind.maxChars }),
    notes: textField('Notes', { isLong: true, maxLength: DETAIL_FIELDS.notes.kind.maxChars }),
    provider: textField('Provider', { maxLength: DETAIL_FIELDS.provider.kind.maxChars }),
    country: textField('Country', { description: 'Two letters or a name, such as DE or Germany' }),
    tags: textField('Tags', { description: 'a, b is the new set; +a -b changes it', maxLength: 500 }),
  },
  requires: 'operator',
  ack: 'public',
  run: (context, { proxy }, fields) => editOne(context, proxy, understand(orEmpty(fields))),
});

/** What it costs and how long it lives. The link is a secret: it is never shown, and an empty field keeps it. */
const supplyModal = defineModal({
  id: defineId('proxy.supply', { proxy: idNumber }),
  title: 'Supply of a proxy',
  fields: {
    city: textField('City', { maxLength: DETAIL_FIELDS.city.kind.maxChars }),
    cost: textField('Monthly cost', { description: 'Such as 12.50' }),
    link: textField('Change-IP link', {
      description: 'Left empty it stays as it is; - removes it',
      maxLength: DETAIL_FIELDS.changeIpUrl.kind.maxChars,
    }),
    expiry: textField('Expires', { description: 'As 2026-12-31, or with a time: 2026-12-31 18:00' }),
  },
  requires: 'operator',
  ack: 'public',
  async run(context, { proxy }, { city, cost, link, expiry }) {
    // What was prefilled and left alone is no wish: an expiry that has passed meanwhile would be refused.
    const { proxy: known } = await context.services.proxies.show(proxy);
    const expiresAt = expiry === expiryText(known.expiresAt) ? undefined : (expiry ?? '');
    const edit = understand({ ...orEmpty({ city, monthlyCost: cost }), expiresAt });
    if (link !== undefined)
      await context.services.proxies.setChangeIpLink(context.actor, proxy, link === '-' ? null : link);
    return editOne(context, proxy, edit);
  },
});

/** A field of a form that was left empty says "nothing", not "leave it". */
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

/** To the minute, as `readMoment` reads it. */
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
