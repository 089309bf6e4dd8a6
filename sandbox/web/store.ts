import type { PageMessage } from '../server/page/protocol.ts';
import type { RequestRecord, Violation } from '../server/state/events.ts';
import type { Command, Interaction } from '../server/state/model.ts';
import type { ApiMessage } from '../server/state/render.ts';
import type { ApiThread } from '../server/state/threads.ts';
import type { SourceState } from '../sources/sources.ts';
import { Line } from './socket.ts';

type Hello = Extract<PageMessage, { kind: 'hello' }>;

/** Display names of ids. */
export interface Names {
  user(id: string): string;
  role(id: string): string;
  /** The name of a channel or thread. */
  channel(id: string): string;
  /** Begins to write a slash command. */
  openCommand(path: string): void;
}

/** Time to read a line about the sample. */
const SAMPLE_LINE_MS = 30_000;
const KEPT = 100;

/** The state of the page; all changes go through it. */
export class Store {
  readonly line: Line;
  readonly #redraw: () => void;
  people: Hello['people'] = [];
  roles: Record<string, string> = {};
  user = localStorage.getItem('user') ?? 'otto';
  userId = '';
  commands: Command[] = [];
  /** Of the channel and of its threads. */
  messages: ApiMessage[] = [];
  threads: ApiThread[] = [];
  requests: RequestRecord[] = [];
  violations: Violation[] = [];
  hasSample = false;
  /** Providers of the sample that can be taken down. */
  providers: { name: string; isDown: boolean }[] = [];
  /** Providers that sources can be synchronized from. */
  sources: SourceState[] = [];
  /** Files to try imports with. */
  examples: { name: string; title: string }[] = [];
  isConnected = false;
  isBotConnected = false;
  isDrawerOpen = false;
  /** The interaction whose response opened a modal. */
  modal: Interaction | undefined;
  /** The last error, until it is dismissed. */
  notice = '';
  /** The progress of the load of the sample; empty after a while. */
  sampleLine = '';
  #sampleTimer: ReturnType<typeof setTimeout> | undefined;
  /** Buttons that were clicked and have not been answered, by message. */
  busy = new Set<string>();

  constructor(redraw: () => void) {
    this.#redraw = redraw;
    this.line = new Line(
      (message) => this.#hear(message),
      () => this.set({ isConnected: false }),
    );
    this.line.open(this.user);
  }

  set(change: Partial<Store>): void {
    Object.assign(this, change);
    this.#redraw();
  }

  #forgetSampleLine(): void {
    clearTimeout(this.#sampleTimer);
    this.#sampleTimer = setTimeout(() => this.set({ sampleLine: '' }), SAMPLE_LINE_MS);
  }

  become(user: string): void {
    localStorage.setItem('user', user);
    this.set({ user, isConnected: false, modal: undefined, notice: '' });
    this.line.open(user);
  }

  /** Shows the error if the sandbox refuses an action. */
  attempt(work: Promise<unknown>): void {
    work.catch((error: Error) => this.set({ notice: error.message }));
  }

  /** Set by the composer, which writes commands. */
  onOpenCommand: (path: string) => void = () => {};

  readonly names: Names = {
    user: (id) => this.people.find((person) => person.id === id)?.title ?? 'Proxy Ops',
    role: (id) => this.roles[id] ?? 'role',
    channel: (id) => this.threads.find((thread) => thread.id === id)?.name ?? 'ops',
    openCommand: (path) => this.onOpenCommand(path),
  };

  #hear(message: PageMessage): void {
    this.set(this.#changeOf(message));
  }

  #changeOf(message: PageMessage): Partial<Store> {
    switch (message.kind) {
      case 'hello': {
        const { people, roles, commands, messages, threads, isBotConnected, hasSample, providers, sources, examples } =
          message;
        const [requests, violations] = [[...message.requests], [...message.violations]];
        const state = {
          people,
          roles,
          commands,
          messages,
          threads,
          requests,
          violations,
          isBotConnected,
          hasSample,
          providers,
          sources,
          examples,
        };
        return { ...state, userId: message.user.id, isConnected: true, busy: new Set() };
      }
      case 'commands':
        return { commands: message.commands };
      case 'bot':
        return { isBotConnected: message.isConnected, hasSample: message.hasSample };
      case 'request':
        return { requests: [...this.requests, message.request].slice(-KEPT) };
      case 'violation':
        return { violations: [...this.violations, message.violation].slice(-KEPT) };
      case 'sample':
        this.#forgetSampleLine();
        return { sampleLine: message.line };
      case 'sources':
        return { sources: message.sources };
      case 'providers':
        return { providers: message.providers };
      case 'message-created':
        return { messages: [...this.#without(message.message.id), message.message], busy: new Set() };
      case 'message-updated':
        return { messages: this.#with(message.message), busy: new Set() };
      case 'message-deleted':
        return { messages: this.#without(message.messageId) };
      case 'thread':
        return { threads: [...this.threads.filter(({ id }) => id !== message.thread.id), message.thread] };
      case 'thread-deleted':
        return this.#withoutThread(message.threadId);
      case 'interaction':
        return changeOfInteraction(message.interaction);
      case 'answer':
        return {};
    }
  }

  #withoutThread(threadId: string): Partial<Store> {
    return {
      threads: this.threads.filter(({ id }) => id !== threadId),
      messages: this.messages.filter(({ channel_id }) => channel_id !== threadId),
    };
  }

  /** The messages of the channel itself. */
  get channel(): ApiMessage[] {
    return this.messages.filter((each) => !this.threads.some(({ id }) => id === each.channel_id));
  }

  #without(id: string): ApiMessage[] {
    return this.messages.filter((each) => each.id !== id);
  }

  #with(changed: ApiMessage): ApiMessage[] {
    return this.messages.map((each) => (each.id === changed.id ? changed : each));
  }
}

function changeOfInteraction(interaction: Interaction): Partial<Store> {
  if (interaction.failure) return { notice: 'The application did not respond.', busy: new Set() };
  if (interaction.answer === 'modal' && interaction.modal) return { modal: interaction, busy: new Set() };
  return {};
}
