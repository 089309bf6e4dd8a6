import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { Store } from '../store.ts';
import { sourcePanel } from './source-panel.ts';

const SHOWN = 40;
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

/** The last requests of the bot and their violations. */
export function drawer(store: Store): TemplateResult | typeof nothing {
  if (!store.isDrawerOpen) return nothing;
  const cut = () => store.attempt(store.line.call('cutGateway', {}));
  const limit = () => store.attempt(store.line.call('rateLimit', {}));
  return html`<aside class="drawer" aria-label="Requests of the bot">
    <header><h2>Under the hood</h2><button class="plain" aria-label="Close" @click=${() => store.set({ isDrawerOpen: false })}>✕</button></header>
    <div class="row"><button class="button secondary" @click=${cut}>Cut the gateway</button><button class="button secondary" @click=${limit}>Start a rate limit</button></div>
    ${store.providers.length > 0 ? providers(store) : nothing}
    ${store.sources.map((source) => sourcePanel(store, source))}
    ${store.examples.length > 0 ? examples(store) : nothing}
    <p class="verdict ${store.violations.length > 0 ? 'bad' : 'good'}">${
      store.violations.length > 0
        ? `${store.violations.length} requests that Discord would reject`
        : 'No requests that Discord would reject'
    }</p>
    ${store.violations.map((each) => html`<div class="violation"><code>${each.where}</code><b>${each.status} ${each.message}</b>${each.details.map((detail) => html`<div>${detail}</div>`)}</div>`)}
    <ol class="requests" tabindex="0" aria-label="Last requests">
      ${store.requests
        .slice(-SHOWN)
        .reverse()
        .map(
          (each) =>
            html`<li><time>${clock.format(new Date(each.at))}</time><code>${each.method} ${shorten(each.path)}</code><span class=${each.status < 400 ? 'good' : 'bad'}>${each.status}</span><small>${Math.round(each.tookMs)} ms</small></li>`,
        )}
    </ol>
  </aside>`;
}

/** The sample's proxies are real proxies on this machine; those of a provider can be taken down for the monitor to detect. */
function providers(store: Store): TemplateResult {
  return html`<div class="row">${store.providers.map(({ name, isDown }) => {
    const flip = () => store.attempt(store.line.call('switchProvider', { name, isDown: !isDown }));
    return html`<button class="button secondary" @click=${flip}>${isDown ? `Bring ${name} back` : `Take ${name} down`}</button>`;
  })}</div>`;
}

/** Files to download and to drop on the channel. */
function examples(store: Store): TemplateResult {
  return html`<p class="row">Files to import: ${store.examples.map(({ name, title }) => html` <a href=${`/examples/${name}`} download=${name}>${title}</a>`)}</p>`;
}

/** Interaction tokens are long and meaningless. */
function shorten(path: string): string {
  return path.replace(/[\w-]{40,}/g, '…').replace(/\d{15,}/g, (id) => `…${id.slice(-4)}`);
}
