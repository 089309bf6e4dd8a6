import { html, type TemplateResult } from 'lit/html.js';
import type { SourceState } from '../../sources/sources.ts';
import type { Store } from '../store.ts';

type Fault = NonNullable<SourceState['fault']>;

const CHANGES = [
  ['replace', 'Replace 3'],
  ['drop', 'Drop 5'],
  ['add', 'Add 10'],
] as const;

const FAULTS: readonly (readonly [Fault, string])[] = [
  ['wrong-key', 'Reject the key'],
  ['rate-limit', 'Rate limit'],
  ['half-page', 'Half a page'],
  ['error', 'Status 500'],
];

/** A provider that sources can be synchronized from: its key, and buttons that change its list or make it fail. */
export function sourcePanel(store: Store, { kind, title, key, proxies, fault }: SourceState): TemplateResult {
  const change = (each: (typeof CHANGES)[number][0]) =>
    store.attempt(store.line.call('changeSupply', { kind, change: each }));
  const flip = (each: Fault) =>
    store.attempt(store.line.call('breakProvider', { kind, fault: each === fault ? null : each }));
  const copy = () => store.attempt(navigator.clipboard.writeText(key));
  return html`<section class="source" aria-label=${`Source ${title}`}>
    <h3>${title} <span class="source-count">${proxies} proxies</span></h3>
    <p class="source-key"><code>${key}</code><button class="button secondary" @click=${copy} aria-label=${`Copy the key of ${title}`}>Copy key</button></p>
    <div class="row">${CHANGES.map(([name, words]) => html`<button class="button secondary" @click=${() => change(name)}>${words}</button>`)}</div>
    <div class="row">${FAULTS.map(([name, words]) => html`<button class="button secondary" aria-pressed=${name === fault} @click=${() => flip(name)}>${words}</button>`)}</div>
  </section>`;
}
