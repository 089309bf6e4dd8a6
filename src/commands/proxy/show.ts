import { text } from '../../discord/define/options.ts';
import type { View } from '../../kit/view.ts';
import { credentialsId, proxyCard } from '../../views/proxy/card.ts';
import { credentialsCard } from '../../views/proxy/credentials.ts';
import { type Context, defineCommand, defineComponent } from '../define.ts';

/** The card of a proxy, by the text that names it. */
export async function showProxy(context: Context, named: string): Promise<View> {
  return cardOf(context, await context.services.proxies.resolve(named, { withRemoved: true }));
}

export async function cardOf({ actor, services }: Context, id: number): Promise<View> {
  const { proxy, ...settings } = await services.proxies.show(id);
  return proxyCard(proxy, settings, actor);
}

export const showCommand = defineCommand({
  name: 'proxy show',
  description: 'Show a proxy with its accounts and last checks',
  options: {
    proxy: text('Number, or part of a host, username or label', {
      required: true,
      autocomplete: 'proxy',
      maxLength: 300,
    }),
  },
  requires: 'viewer',
  ack: 'public',
  run: (context, { proxy }) => showProxy(context, proxy),
});

export const showButtons = [
  defineComponent({
    id: credentialsId,
    requires: 'operator',
    ack: 'ephemeral',
    async run({ actor, services }, { proxy }) {
      return credentialsCard(await services.proxies.credentials(actor, proxy));
    },
  }),
];
