import { ref } from 'lit/directives/ref.js';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { Component, Interaction } from '../server/state/model.ts';
import { readFiles } from './files.ts';
import type { Store } from './store.ts';

const TEXT = 4;
const SELECT = 3;
const MEMBER = 5;
const FILES = 19;
const CHECKBOX = 23;
const PARAGRAPH = 2;

/** The modal that the bot opened, as a dialog. */
export function modalDialog(store: Store): TemplateResult | typeof nothing {
  const interaction = store.modal;
  if (!interaction?.modal) return nothing;
  const close = () => store.set({ modal: undefined });
  // The callback runs before the element is in the document, and a dialog can only open there.
  const show = (element: Element | undefined) =>
    queueMicrotask(
      () => element instanceof HTMLDialogElement && !element.open && element.isConnected && element.showModal(),
    );
  return html`<dialog class="modal" aria-labelledby="modal-title" ${ref(show)} @close=${close}>
    <form method="dialog" @submit=${(event: SubmitEvent) => submit(event, interaction, store)}>
      <header><span class="app-tag">APP</span><h2 id="modal-title">${interaction.modal.title}</h2><button type="button" class="plain" aria-label="Close" @click=${close}>✕</button></header>
      ${interaction.modal.components.map((part) => labelled(part, store))}
      <footer><button type="button" class="button secondary" @click=${close}>Cancel</button><button class="button primary">Submit</button></footer>
    </form>
  </dialog>`;
}

function labelled(part: Component, store: Store): TemplateResult {
  const field = part.component;
  const isRequired = field?.required !== false;
  return html`<label class="field">
    <span class="field-label">${part.label}${isRequired ? html` <b aria-hidden="true">*</b>` : nothing}</span>
    ${part.description ? html`<span class="field-hint">${part.description}</span>` : nothing}
    ${field ? control(field, store) : nothing}
  </label>`;
}

function control(field: Component, { people }: Store): TemplateResult | typeof nothing {
  const id = field.custom_id ?? '';
  const isRequired = field.required !== false;
  const { placeholder = '', max_length: longest = 4000, value = '' } = field;
  if (field.type === TEXT && field.style === PARAGRAPH) {
    return html`<textarea name=${id} rows="5" maxlength=${longest} placeholder=${placeholder} ?required=${isRequired} .value=${value}></textarea>`;
  }
  if (field.type === TEXT) {
    return html`<input name=${id} maxlength=${longest} placeholder=${placeholder} ?required=${isRequired} .value=${value} />`;
  }
  if (field.type === FILES) {
    return html`<input type="file" name=${id} ?required=${isRequired} ?multiple=${(field.max_values ?? 1) > 1} />`;
  }
  if (field.type === SELECT) {
    return html`<select name=${id} ?multiple=${(field.max_values ?? 1) > 1}>
      ${isRequired ? nothing : html`<option value="">${placeholder || 'Make a selection'}</option>`}
      ${field.options?.map((option) => html`<option value=${option.value} ?selected=${option.default ?? false}>${option.label}</option>`)}
    </select>`;
  }
  if (field.type === MEMBER) {
    return html`<select name=${id} ?required=${isRequired}>
      <option value="">${placeholder || 'Make a selection'}</option>
      ${people.map((person) => html`<option value=${person.id}>${person.title}</option>`)}
    </select>`;
  }
  return field.type === CHECKBOX
    ? html`<input type="checkbox" name=${id} ?checked=${field.default ?? false} />`
    : nothing;
}

async function submit(event: SubmitEvent, interaction: Interaction, store: Store): Promise<void> {
  event.preventDefault();
  const form = event.target as HTMLFormElement;
  const fields = interaction.modal?.components.flatMap((part) => part.component ?? []) ?? [];
  const values: Record<string, never> = {};
  for (const field of fields) {
    const value = await enteredValue(form, field);
    if (value !== undefined) values[field.custom_id ?? ''] = value as never;
  }
  try {
    await store.line.call('submit', { interactionId: interaction.id, values });
    store.set({ modal: undefined });
  } catch (error) {
    store.set({ notice: error instanceof Error ? error.message : '' });
  }
}

async function enteredValue(form: HTMLFormElement, field: Component): Promise<unknown> {
  const element = form.elements.namedItem(field.custom_id ?? '');
  if (element instanceof HTMLSelectElement)
    return [...element.selectedOptions].map((option) => option.value).filter(Boolean);
  if (element instanceof HTMLTextAreaElement) return element.value;
  if (!(element instanceof HTMLInputElement)) return undefined;
  if (element.type === 'checkbox') return element.checked;
  if (element.type !== 'file') return element.value;
  const files = await readFiles(element.files ?? []);
  return files.length > 0 ? files : undefined;
}
