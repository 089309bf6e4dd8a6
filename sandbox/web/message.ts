import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { Component } from '../server/state/model.ts';
import type { ApiMessage } from '../server/state/render.ts';
import { component, fileCard } from './components.ts';
import { markdown } from './markdown.ts';
import type { Store } from './store.ts';

const EPHEMERAL = 1 << 6;
const LOADING = 1 << 7;
const MESSAGE_MENU = 3;

interface Origin {
  user?: { id: string };
  name?: string;
}

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });

/** A message of the channel with its actions. */
export function message(each: ApiMessage, store: Store): TemplateResult {
  const { author } = each;
  const isEphemeral = (each.flags & EPHEMERAL) !== 0;
  const isLoading = (each.flags & LOADING) !== 0;
  const name = author.bot ? 'Proxy Ops' : (author.global_name ?? author.username);
  return html`<article class="message ${isEphemeral ? 'ephemeral' : ''}" data-id=${each.id} aria-label="Message of ${name}">
    ${usedLine(each, store)}${replyLine(each, store)}
    <div class="avatar ${author.bot ? 'bot' : ''}" aria-hidden="true">${author.bot ? '⇄' : name.slice(0, 1)}</div>
    <div class="body">
      <header>
        <span class="author">${name}</span>${author.bot ? html`<span class="app-tag">APP</span>` : nothing}
        <time datetime=${each.timestamp}>${clock.format(new Date(each.timestamp))}</time>
      </header>
      ${isLoading ? html`<div class="thinking" role="status"><i></i><i></i><i></i> Proxy Ops is thinking…</div>` : nothing}
      ${each.content ? html`<div class="text">${markdown(each.content, store.names)}</div>` : nothing}
      ${each.attachments.map((file) => fileCard({ file, name: file.filename, size: file.size }))}
      ${each.components.map((part) => component(part, each, store))}
      ${isEphemeral ? dismissal(each, store) : nothing}
      ${threadBelow(each, store)}
    </div>
    ${isLoading || isEphemeral ? nothing : toolbar(each, store)}
  </article>`;
}

/** The thread of a message: a line that opens it. */
function threadBelow({ id }: ApiMessage, store: Store): TemplateResult | typeof nothing {
  const thread = store.threads.find((each) => each.id === id);
  if (!thread) return nothing;
  const messages = store.messages.filter(({ channel_id }) => channel_id === id);
  const { archived, locked } = thread.thread_metadata;
  const state = locked ? ' · locked' : archived ? ' · archived' : '';
  return html`<details class="thread">
    <summary><span class="thread-name">${thread.name}</span> <span class="thread-count">${messages.length === 1 ? '1 message' : `${messages.length} messages`}${state}</span></summary>
    ${messages.map((each) => message(each, store))}
    <form @submit=${(event: SubmitEvent) => postIn(id, event, store)}>
      <input name="content" aria-label="Message in ${thread.name}" placeholder="Message in the thread" autocomplete="off" maxlength="2000" />
    </form>
  </details>`;
}

function postIn(threadId: string, event: SubmitEvent, store: Store): void {
  event.preventDefault();
  if (!(event.currentTarget instanceof HTMLFormElement)) return;
  const content = String(new FormData(event.currentTarget).get('content'));
  event.currentTarget.reset();
  if (content.trim() !== '') store.attempt(store.line.call('post', { content, files: [], threadId }));
}

/** "Otto used /proxy import", above an answer. */
function usedLine(each: ApiMessage, store: Store): TemplateResult | typeof nothing {
  const origin = each.interaction_metadata as Origin | undefined;
  if (!origin?.user || !origin.name) return nothing;
  const isMessageCommand = store.commands.some(
    (command) => command.type === MESSAGE_MENU && command.name === origin.name,
  );
  return html`<div class="used"><b>${store.names.user(origin.user.id)}</b> used <span class="command">${isMessageCommand ? '' : '/'}${origin.name}</span></div>`;
}

/** The beginning of the message that this one answers, which it leads to. */
function replyLine(each: ApiMessage, store: Store): TemplateResult | typeof nothing {
  const { message_id: id } = each.message_reference ?? {};
  const target = store.messages.find((message) => message.id === id);
  // An answer for one person alone replies to the public one that it replaces.
  if (id === undefined || (!target && each.interaction_metadata)) return nothing;
  const show = () => document.querySelector(`[data-id="${id}"]`)?.scrollIntoView({ block: 'center' });
  return html`<div class="used reply"><span aria-hidden="true">↱</span> replies to ${
    target ? html`<button class="plain" @click=${show}>${beginningOf(target)}</button>` : html`<i>a deleted message</i>`
  }</div>`;
}

function beginningOf({ content, components }: ApiMessage): string {
  const texts = (parts: readonly Component[]): string[] =>
    parts.flatMap((part) => (part.content ? [part.content] : texts(part.components ?? [])));
  const [line = ''] = (content || texts(components)[0] || 'a message').split('\n');
  return line.replaceAll(/^#+ |[*`]/g, '');
}

function dismissal(each: ApiMessage, store: Store): TemplateResult {
  const dismiss = () => store.attempt(store.line.call('remove', { messageId: each.id }));
  return html`<div class="only-you">👁 Only you can see this • <button class="plain" @click=${dismiss}>Dismiss message</button></div>`;
}

function toolbar(each: ApiMessage, store: Store): TemplateResult | typeof nothing {
  const menus = store.commands.filter((command) => command.type === MESSAGE_MENU);
  const isOwn = each.author.id === store.userId;
  const use = (event: Event, name: string) => {
    // A choice closes the menu.
    (event.target as Element).closest('details')?.removeAttribute('open');
    return store.attempt(store.line.call('messageCommand', { name, messageId: each.id }));
  };
  const remove = () => store.attempt(store.line.call('remove', { messageId: each.id }));
  if (each.author.bot && !isOwn) return nothing;
  return html`<details class="toolbar">
    <summary aria-label="Apps and more">⋯ Apps</summary>
    <div class="popup">
      ${menus.map((menu) => html`<button @click=${(event: Event) => use(event, menu.name)}>${menu.name}</button>`)}
      ${isOwn ? html`<button class="danger" @click=${remove}>Delete message</button>` : nothing}
    </div>
  </details>`;
}
