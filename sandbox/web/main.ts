import { repeat } from 'lit/directives/repeat.js';
import { html, nothing, render, type TemplateResult } from 'lit/html.js';
import { Composer } from './composer.ts';
import { drawer } from './drawer/drawer.ts';
import { message } from './message.ts';
import { modalDialog } from './modal.ts';
import { Store } from './store.ts';

const TICK_MS = 15_000;
/** Within this distance of the end, the channel scrolls with new messages. */
const NEAR_END_PX = 160;

const root = document.querySelector<HTMLElement>('#app');
let isQueued = false;
const store = new Store(draw);
const composer = new Composer(store, followAgain);

function draw(): void {
  if (isQueued) return;
  isQueued = true;
  requestAnimationFrame(() => {
    isQueued = false;
    if (!root) return;
    render(page(), root);
    follow();
  });
}

/** Whether the channel scrolls with new messages. */
let isFollowing = true;

function follow(): void {
  const list = root?.querySelector('.messages');
  if (list && isFollowing) list.scrollTop = list.scrollHeight;
}

/** People want to see what comes of what they have just sent, wherever they were reading. */
function followAgain(): void {
  isFollowing = true;
  follow();
}

function noteScroll({ currentTarget }: Event): void {
  if (!(currentTarget instanceof Element)) return;
  const { scrollHeight, scrollTop, clientHeight } = currentTarget;
  isFollowing = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
}

/** A loaded image makes its message taller; its event does not bubble. */
const followPictures = { handleEvent: follow, capture: true };

function page(): TemplateResult {
  return html`
    ${sidebar()}
    <main class="channel" @dragover=${(event: DragEvent) => event.preventDefault()} @drop=${drop}>
      ${heading()}
      <div class="messages" role="log" aria-label="Messages" aria-live="polite" tabindex="0" @scroll=${noteScroll} @load=${followPictures}>
        ${store.messages.length === 0 ? welcome() : nothing}
        ${repeat(
          store.channel,
          (each) => each.id,
          (each) => message(each, store),
        )}
      </div>
      ${store.notice ? html`<div class="notice" role="alert">${store.notice}<button class="plain" aria-label="Dismiss" @click=${() => store.set({ notice: '' })}>✕</button></div>` : nothing}
      ${composer.view()}
    </main>
    ${drawer(store)} ${modalDialog(store)}
  `;
}

function sidebar(): TemplateResult {
  return html`<nav class="sidebar" aria-label="Server">
    <div class="server"><span class="server-icon" aria-hidden="true">⇄</span>Proxy team</div>
    <div class="channel-name" aria-current="page"><span aria-hidden="true">#</span>ops</div>
    <fieldset class="people"><legend>You are</legend>
      ${store.people.map((person) => html`<label><input type="radio" name="person" value=${person.name} .checked=${person.name === store.user} @change=${() => store.become(person.name)} /><span>${person.title}</span><small>${person.role}</small></label>`)}
    </fieldset>
  </nav>`;
}

function heading(): TemplateResult {
  const [state, words] = !store.isConnected
    ? ['bad', 'sandbox offline']
    : store.isBotConnected
      ? ['good', 'bot online']
      : ['bad', 'bot offline'];
  return html`<header class="heading">
    <h1><span aria-hidden="true">#</span>ops</h1>
    <span class="presence ${state}" role="status" title=${words}><span class="words">${words}</span></span>
    <span class="spacer"></span>
    ${store.sampleLine ? html`<span class="sample-line" role="status">${store.sampleLine}</span>` : nothing}
    ${store.hasSample ? html`<button class="button secondary" @click=${() => store.attempt(store.line.call('loadSample', {}).then(() => store.set({ hasSample: false })))}><span class="words">Load sample data</span><span class="short" aria-hidden="true">Sample</span></button>` : nothing}
    <button class="button secondary" @click=${switchTheme}>${document.documentElement.dataset.theme === 'light' ? 'Dark' : 'Light'}</button>
    <button class="button secondary" aria-expanded=${store.isDrawerOpen} @click=${() => store.set({ isDrawerOpen: !store.isDrawerOpen })}>Requests${store.violations.length > 0 ? ` ⚠ ${store.violations.length}` : ''}</button>
  </header>`;
}

function welcome(): TemplateResult {
  return html`<div class="welcome"><h2>Welcome to #ops</h2><p>This is the bot as it runs on your server, with its own database. Drop a provider’s file here, or type <code>/</code>.</p></div>`;
}

function drop(event: DragEvent): void {
  event.preventDefault();
  composer.drop([...(event.dataTransfer?.files ?? [])]);
}

function switchTheme(): void {
  const next = document.documentElement.dataset.theme === 'light' ? 'dark' : 'light';
  document.documentElement.dataset.theme = next;
  localStorage.setItem('theme', next);
  draw();
}

document.documentElement.dataset.theme = localStorage.getItem('theme') ?? 'dark';
setInterval(draw, TICK_MS);
draw();
