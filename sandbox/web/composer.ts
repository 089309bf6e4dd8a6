import { ref } from 'lit/directives/ref.js';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { PageOption } from '../server/page/protocol.ts';
import type { Choice, CommandOption } from '../server/state/model.ts';
import { ATTACHMENT, type Callable, callables, choicesOf, matching, typedValue } from './commands.ts';
import { sizeText } from './components.ts';
import { readFiles } from './files.ts';
import type { Store } from './store.ts';

interface Suggestion {
  label: string;
  hint: string;
  pick(): void;
}

/** An option being filled in: the text shown and the value to send. */
interface Filled {
  text: string;
  value?: string | number;
  file?: File;
}

/** The input at the bottom of the channel: text, files, and slash commands with their options. */
export class Composer {
  readonly #store: Store;
  readonly #onSend: () => void;
  #draft = '';
  #files: File[] = [];
  #command: Callable | undefined;
  #filled = new Map<string, Filled>();
  #suggestions: Suggestion[] = [];
  #active = 0;
  /** The field that gets the focus on the next render: an option's name, or the message. */
  #focus: string | undefined;
  #asked = 0;

  /** @param onSend called before anything is sent */
  constructor(store: Store, onSend: () => void) {
    this.#store = store;
    this.#onSend = onSend;
    store.onOpenCommand = (path) => this.#open(path);
  }

  #open(path: string): void {
    const command = callables(this.#store.commands).find((each) => each.path === path);
    if (command) this.#choose(command);
    this.#draw();
  }

  /** Offers a dropped file to the import command. */
  drop(files: readonly File[]): void {
    const target = callables(this.#store.commands).find((each) => each.path === '/proxy import');
    const [file] = files;
    if (!file) return;
    if (!target || files.length > 1) this.#files = [...files];
    else {
      this.#choose(target);
      this.#filled.set('file', { text: file.name, file });
    }
    this.#draw();
  }

  view(): TemplateResult {
    return html`<form class="composer" @submit=${(event: Event) => this.#send(event)} @keydown=${(event: KeyboardEvent) => this.#key(event)}>
      ${this.#popup()}
      ${this.#files.length > 0 ? html`<div class="files">${this.#files.map((file) => this.#chip(file))}</div>` : nothing}
      ${this.#command ? this.#options(this.#command) : this.#message()}
    </form>`;
  }

  #draw(): void {
    this.#store.set({});
  }

  #message(): TemplateResult {
    const paste = (event: ClipboardEvent) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length > 0) this.#attach(files, event);
    };
    return html`<div class="bar">
      <label class="plus" title="Attach a file"><span aria-hidden="true">+</span><input type="file" multiple aria-label="Attach a file" @change=${(event: Event) => this.#attach((event.target as HTMLInputElement).files ?? [], event)} /></label>
      <input
        id="message" class="message-input" role="combobox" aria-expanded=${this.#suggestions.length > 0} aria-controls="suggestions" autocomplete="off"
        aria-label="Message #ops; type / for commands" placeholder="Message #ops; type / for commands"
        .value=${this.#draft} @input=${(event: Event) => this.#type((event.target as HTMLInputElement).value)} @paste=${paste}
        ${ref((element) => this.#takeFocus(element, 'message'))}
      />
      <button class="send" aria-label="Send">➤</button>
    </div>`;
  }

  #attach(files: ArrayLike<File>, event: Event): void {
    event.preventDefault();
    this.#files = [...this.#files, ...Array.from(files)];
    this.#draw();
  }

  #chip(file: File): TemplateResult {
    const remove = () => {
      this.#files = this.#files.filter((each) => each !== file);
      this.#draw();
    };
    return html`<span class="chip">📄 ${file.name} <small>${sizeText(file.size)}</small><button type="button" class="plain" aria-label="Remove ${file.name}" @click=${remove}>✕</button></span>`;
  }

  #options(command: Callable): TemplateResult {
    const shown = command.options.filter((option) => this.#filled.has(option.name));
    const others = command.options.filter((option) => !this.#filled.has(option.name));
    return html`<div class="bar command-bar">
      <button type="button" class="plain leave" aria-label="Leave the command" @click=${() => this.#leave()}>✕</button>
      <span class="command-path">${command.path}</span>
      ${shown.map((option) => this.#option(option))}
      ${others.map((option) => html`<button type="button" class="more" title=${option.description} @click=${() => this.#add(option)}>+ ${option.name}</button>`)}
      <button class="send" aria-label="Send">➤</button>
    </div>`;
  }

  #option(option: CommandOption): TemplateResult {
    const filled = this.#filled.get(option.name);
    const focus = ref((element) => this.#takeFocus(element, option.name));
    if (option.type === ATTACHMENT) {
      const take = (event: Event) => {
        const file = (event.target as HTMLInputElement).files?.[0];
        if (file) this.#filled.set(option.name, { text: file.name, file });
        this.#draw();
      };
      return html`<label class="option" title=${option.description}><span>${option.name}</span>
        <input type="file" class="file-input" aria-label=${option.name} @change=${take} ${focus} /><em>${filled?.text || 'drop or choose a file'}</em></label>`;
    }
    return html`<label class="option" title=${option.description}><span>${option.name}</span>
      <input class="option-input" autocomplete="off" aria-label="${option.name}: ${option.description}" size=${Math.max(6, (filled?.text.length ?? 0) + 1)} .value=${filled?.text ?? ''}
        @focus=${() => this.#suggest(option, filled?.text ?? '')} @input=${(event: Event) => this.#fill(option, (event.target as HTMLInputElement).value)} ${focus} /></label>`;
  }

  #popup(): TemplateResult | typeof nothing {
    if (this.#suggestions.length === 0) return nothing;
    const pick = (event: Event, each: Suggestion) => {
      event.preventDefault();
      each.pick();
    };
    return html`<ul id="suggestions" class="suggestions" role="listbox" aria-label="Suggestions">
      ${this.#suggestions.map(
        (
          each,
          index,
        ) => html`<li role="option" aria-selected=${index === this.#active} @mousedown=${(event: Event) => pick(event, each)} @mousemove=${() => this.#point(index)} ${ref((element) => index === this.#active && element?.scrollIntoView({ block: 'nearest' }))}>
          <b>${each.label}</b><span>${each.hint}</span></li>`,
      )}
    </ul>`;
  }

  /** Pointer and keyboard share the active entry, so that only one is highlighted. */
  #point(index: number): void {
    if (this.#active === index) return;
    this.#active = index;
    this.#draw();
  }

  #takeFocus(element: Element | undefined, name: string): void {
    if (this.#focus !== name || !(element instanceof HTMLElement)) return;
    this.#focus = undefined;
    queueMicrotask(() => element.focus());
  }

  #show(suggestions: Suggestion[]): void {
    this.#suggestions = suggestions;
    this.#active = 0;
    this.#draw();
  }

  #type(draft: string): void {
    this.#draft = draft;
    const found = draft.startsWith('/') ? matching(callables(this.#store.commands), draft) : [];
    this.#show(found.map((each) => ({ label: each.path, hint: each.description, pick: () => this.#choose(each) })));
  }

  #choose(command: Callable): void {
    this.#command = command;
    this.#filled = new Map(
      command.options.filter((option) => option.required).map((option) => [option.name, { text: '' }]),
    );
    this.#focus = command.options.find((option) => option.required)?.name;
    this.#draft = '';
    this.#show([]);
    if (!this.#focus)
      queueMicrotask(() => document.querySelector<HTMLElement>('.composer .more, .composer .send')?.focus());
  }

  #leave(): void {
    this.#command = undefined;
    // Choices that still arrive for it are ignored.
    this.#asked++;
    this.#filled.clear();
    this.#focus = 'message';
    this.#show([]);
  }

  #add(option: CommandOption): void {
    this.#filled.set(option.name, { text: '' });
    this.#focus = option.name;
    this.#show([]);
  }

  #fill(option: CommandOption, text: string): void {
    this.#filled.set(option.name, { text });
    // Enter must not take a suggestion for an earlier text.
    this.#show([]);
    void this.#suggest(option, text);
  }

  /** Shows the option's choices or those of the bot; a response to an earlier key is dropped. */
  async #suggest(option: CommandOption, text: string): Promise<void> {
    const asked = ++this.#asked;
    const choices =
      choicesOf(option)?.filter((choice) => choice.name.toLowerCase().includes(text.toLowerCase())) ??
      (option.autocomplete ? await this.#ask(option, text) : []);
    if (asked !== this.#asked) return;
    const take = (choice: Choice) => {
      this.#filled.set(option.name, { text: choice.name, value: choice.value });
      this.#asked++;
      this.#show([]);
    };
    this.#show(choices.map((choice) => ({ label: choice.name, hint: option.name, pick: () => take(choice) })));
  }

  async #ask(option: CommandOption, typed: string): Promise<Choice[]> {
    const { path = '' } = this.#command ?? {};
    const options = await this.#values([option.name]);
    return this.#store.line.call('autocomplete', { path, option: option.name, typed, options }).catch(() => []);
  }

  async #values(without: readonly string[] = []): Promise<Record<string, PageOption>> {
    const values: Record<string, PageOption> = {};
    for (const option of this.#command?.options ?? []) {
      const filled = this.#filled.get(option.name);
      if (!filled || without.includes(option.name)) continue;
      const [file] = filled.file && without.length === 0 ? await readFiles([filled.file]) : [];
      if (file) values[option.name] = file;
      else if (filled.text) values[option.name] = filled.value ?? typedValue(option, filled.text);
    }
    return values;
  }

  async #send(event: Event): Promise<void> {
    event.preventDefault();
    this.#store.set({ notice: '' });
    this.#onSend();
    try {
      if (this.#command) {
        await this.#store.line.call('command', { path: this.#command.path, options: await this.#values() });
        this.#leave();
      } else if (this.#draft.trim() || this.#files.length > 0) {
        await this.#store.line.call('post', { content: this.#draft, files: await readFiles(this.#files) });
        this.#draft = '';
        this.#files = [];
        this.#focus = 'message';
        this.#draw();
      }
    } catch (error) {
      this.#store.set({ notice: error instanceof Error ? error.message : '' });
    }
  }

  #key(event: KeyboardEvent): void {
    const many = this.#suggestions.length;
    if (event.key === 'Escape') {
      if (many > 0) this.#show([]);
      else if (this.#command) this.#leave();
    } else if (many > 0 && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      event.preventDefault();
      this.#active = (this.#active + (event.key === 'ArrowDown' ? 1 : many - 1)) % many;
      this.#draw();
    } else if (many > 0 && (event.key === 'Enter' || event.key === 'Tab')) {
      event.preventDefault();
      this.#suggestions[this.#active]?.pick();
    } else if (event.key === 'Backspace' && this.#command) this.#erase(event);
  }

  /** Backspace in an empty option removes the option, and then the command. */
  #erase(event: KeyboardEvent): void {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || input.value !== '') return;
    event.preventDefault();
    const optional = [...this.#filled.keys()].at(-1);
    const isRequired = this.#command?.options.find((option) => option.name === optional)?.required ?? true;
    if (!optional || isRequired) this.#leave();
    else {
      this.#filled.delete(optional);
      this.#show([]);
    }
  }
}
