import { setTimeout as wait } from 'node:timers/promises';
import { ComponentType } from 'discord.js';
import { ignoring } from '../../base/ignoring.ts';
import { textLength } from '../../kit/limits/fit.ts';
import { LIMITS } from '../../kit/limits/limits.ts';
import { card, text } from '../../kit/parts.ts';
import { escapeText, formatActor, formatRelativeTime } from '../../kit/text.ts';
import type { View } from '../../kit/view.ts';
import { OVER } from './progress.ts';

type Components = View['components'];

/** Shorter work shows only its result, so that quick buttons do not flicker. */
export const QUICK_MS = 1000;

/** Marks the text that says what is being done. */
export const WORKING_MARK = 999;

/** A clicked message before its button was clicked. */
export interface ClickedMessage {
  channelId: string;
  messageId: string;
  components: Components;
}

/**
 * Remembers clicked messages whose buttons are hidden, so that the next process can bring the buttons back if this one
 * dies.
 */
export interface WorkJournal {
  begin(message: ClickedMessage): Promise<void>;
  end(messageId: string): Promise<void>;
  /** Returns the messages of processes that have died, and forgets them. */
  take(): Promise<ClickedMessage[]>;
}

/** Resolves when the work has taken long, or immediately when the signal aborts. */
export type Patience = (signal: AbortSignal) => Promise<void>;

export const waitingFor =
  (ms: number): Patience =>
  async (signal) => {
    await wait(ms, undefined, { signal }).catch(ignoring('the work has ended before'));
  };

/** Work behind a clicked button. If it takes long, the message says what is being done, without its buttons. */
export class Working {
  readonly #show: () => Promise<void>;
  readonly #patience: Patience;
  readonly #ended = new AbortController();
  #shown: Promise<boolean> = Promise.resolve(false);

  /** @param show never rejects */
  constructor(show: () => Promise<void>, patience: Patience = waitingFor(QUICK_MS)) {
    this.#show = show;
    this.#patience = patience;
  }

  begin(): void {
    this.#shown = this.#follow();
  }

  /** Resolves when no update is in flight. @returns whether the message has been changed */
  end(): Promise<boolean> {
    this.#ended.abort(OVER);
    return this.#shown;
  }

  async #follow(): Promise<boolean> {
    const { signal } = this.#ended;
    await this.#patience(signal);
    if (signal.aborted) return false;
    await this.#show();
    return true;
  }
}

/** `⏳ **Activate 1,500** · @Ada · 2 seconds ago` */
function workingLine(label: string, by: string): string {
  return `⏳ **${escapeText(label)}** · ${formatActor(by)} · ${formatRelativeTime(new Date())}`;
}

/** The message while its work goes on: the same without buttons and menus, and with what is being done. */
export function workingView(components: Components, label: string, by: string): View {
  const line = { ...text(workingLine(label, by)), id: WORKING_MARK };
  const [first, ...others] = withoutRows(components);
  const view: View =
    first?.type === ComponentType.Container
      ? { components: [{ ...first, components: [...first.components, line] }, ...others] }
      : { components: [...(first ? [first] : []), ...others, line] };
  return textLength(view) <= LIMITS.text ? view : { components: [card('neutral', line)] };
}

function withoutRows(components: Components): Components {
  return components.flatMap((component): Components => {
    if (component.type === ComponentType.ActionRow) return [];
    if (component.type !== ComponentType.Container) return [component];
    const kept = component.components.filter(({ type }) => type !== ComponentType.ActionRow);
    return kept.length > 0 ? [{ ...component, components: kept }] : [];
  });
}
