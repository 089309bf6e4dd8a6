import { ref } from 'lit/directives/ref.js';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { Component } from '../server/state/model.ts';
import type { ApiMessage } from '../server/state/render.ts';
import { markdown } from './markdown.ts';
import type { Store } from './store.ts';

const BUTTON_LOOKS = ['', 'primary', 'secondary', 'success', 'danger', 'link'];

/** A file component with the properties that the server adds. */
type ShownFile = Component & { name?: string; size?: number };

/** A component of a message with its children. */
export function component(part: Component, message: ApiMessage, store: Store): TemplateResult | typeof nothing {
  const within = (parts: Component[] | undefined) => parts?.map((each) => component(each, message, store));
  switch (part.type) {
    case 1:
      return html`<div class="row">${within(part.components)}</div>`;
    case 2:
      return button(part, message, store);
    case 3:
      return menu(part, message, store);
    case 9:
      return html`<div class="section"><div>${within(part.components)}</div>${part.accessory && component(part.accessory, message, store)}</div>`;
    case 10:
      return html`<div class="text">${markdown(part.content ?? '', store.names)}</div>`;
    case 11:
      return html`<img class="thumbnail" src=${part.media?.url ?? ''} alt=${part.description ?? ''} />`;
    case 12:
      return html`<div class="gallery">${part.items?.map((item) => picture(item.media.url, item.description ?? ''))}</div>`;
    case 13:
      return fileCard(part as ShownFile);
    case 14:
      return html`<hr class=${part.divider === false ? 'bare' : ''} />`;
    case 17:
      return html`<div class="container" ${ref((element) => accent(element, part.accent_color))}>${within(part.components)}</div>`;
    default:
      return nothing;
  }
}

/** Set by script, since the page's policy forbids inline styles. */
function accent(element: Element | undefined, color: number | undefined): void {
  if (!(element instanceof HTMLElement)) return;
  element.style.setProperty(
    '--accent',
    color === undefined ? 'transparent' : `#${color.toString(16).padStart(6, '0')}`,
  );
}

function button(part: Component, message: ApiMessage, store: Store): TemplateResult {
  const label = html`${part.emoji?.name ?? nothing} ${part.label ?? nothing}`;
  const look = BUTTON_LOOKS[part.style ?? 2];
  if (part.url)
    return html`<a class="button link" href=${part.url} target="_blank" rel="noreferrer noopener">${label} ↗</a>`;
  const click = () => {
    store.busy.add(message.id);
    store.set({ notice: '' });
    store.attempt(store.line.call('click', { messageId: message.id, customId: part.custom_id ?? '' }));
  };
  return html`<button class="button ${look}" ?disabled=${part.disabled || store.busy.has(message.id)} @click=${click}>${label}</button>`;
}

function menu(part: Component, message: ApiMessage, store: Store): TemplateResult {
  const choose = (event: Event) => {
    const select = event.target as HTMLSelectElement;
    const values = [...select.selectedOptions].map((option) => option.value).filter(Boolean);
    if (values.length === 0) return;
    store.attempt(store.line.call('select', { messageId: message.id, customId: part.custom_id ?? '', values }));
    select.value = '';
  };
  return html`<select class="menu" aria-label=${part.placeholder ?? 'Choose'} ?disabled=${part.disabled} @change=${choose}>
    <option value="" selected>${part.placeholder ?? 'Make a selection'}</option>
    ${part.options?.map((option) => html`<option value=${option.value}>${option.label}${option.description ? ` — ${option.description}` : nothing}</option>`)}
  </select>`;
}

function picture(url: string, description: string): TemplateResult {
  return html`<a href=${url} target="_blank" rel="noreferrer noopener"><img src=${url} alt=${description} /></a>`;
}

const KIB = 1024;

export function sizeText(bytes: number): string {
  if (bytes < KIB) return `${bytes} bytes`;
  return bytes < KIB * KIB ? `${(bytes / KIB).toFixed(1)} KB` : `${(bytes / KIB / KIB).toFixed(2)} MB`;
}

export function fileCard({
  file,
  name,
  size,
}: {
  file?: { url: string };
  name?: string;
  size?: number;
}): TemplateResult {
  return html`<a class="file" href=${file?.url ?? ''} download=${name ?? ''}>
    <span class="file-icon" aria-hidden="true">📄</span>
    <span><span class="file-name">${name}</span><span class="file-size">${sizeText(size ?? 0)}</span></span>
    <span class="file-save" aria-label="Download">↓</span>
  </a>`;
}
