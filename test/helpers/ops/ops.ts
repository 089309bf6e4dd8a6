import type { UserName } from '../../../sandbox/server/ids.ts';
import type { Sandbox } from '../../../sandbox/server/index.ts';
import type { OptionValues } from '../../../sandbox/server/operator/options.ts';
import type { Operator } from '../../../sandbox/server/operator.ts';
import type { Choice, Interaction } from '../../../sandbox/server/state/model.ts';
import type { ApiMessage } from '../../../sandbox/server/state/render.ts';
import type { Upload } from '../../../sandbox/server/state/state.ts';
import { Reply } from './reply.ts';
import { Waiter } from './waiter.ts';

export type { Reply } from './reply.ts';

/** The ops channel as one of the sandbox's people sees and uses it. */
export class Ops {
  readonly #sandbox: Sandbox;
  readonly #operator: Operator;
  readonly #waiter: Waiter;

  constructor(sandbox: Sandbox, user: UserName) {
    this.#sandbox = sandbox;
    this.#operator = sandbox.operator(user);
    this.#waiter = new Waiter(sandbox, this.#operator);
  }

  /** The same channel as another person sees and uses it. */
  as(user: UserName): Ops {
    return new Ops(this.#sandbox, user);
  }

  /**
   * Sends a slash command and waits for its answer; after a deferred one for what replaces it.
   *
   * @throws what the strict server refused, or that the bot did not respond within 3 s, with the current channel.
   */
  async command(path: string, options: OptionValues = {}): Promise<Reply> {
    await this.#waiter.untilCommand(path);
    return this.#answer(() => this.#operator.command(path, options));
  }

  /** The choices that the bot offers for what has been typed into an option. */
  async autocomplete(path: string, option: string, typed: string, options: OptionValues = {}): Promise<Choice[]> {
    await this.#waiter.untilCommand(path);
    return this.#operator.autocomplete(path, option, typed, options);
  }

  /** Picks an entry from the Apps menu of a message. */
  async messageCommand(name: string, message: ApiMessage): Promise<Reply> {
    await this.#waiter.untilCommand(name);
    return this.#answer(() => this.#operator.messageCommand(name, message.id));
  }

  post(draft: { content?: string; files?: Upload[]; threadId?: string }): Promise<ApiMessage> {
    return this.#operator.post(draft);
  }

  /** All that this person sees, oldest first. */
  messages(): Reply[] {
    return this.#operator.messages().map((message) => this.#reply({ message }));
  }

  /** The name of each thread, with all that this person sees in it, by the message from which it was started. */
  threads(): Map<string, { name: string; messages: Reply[] }> {
    const shown = (id: string) => this.#operator.messagesIn(id).map((message) => this.#reply({ message }));
    return new Map(this.#operator.threads().map(({ id, name }) => [id, { name, messages: shown(id) }]));
  }

  /** The thread of a message, as soon as it satisfies `match`. */
  waitForThread(id: string, match: (texts: string[]) => boolean): Promise<{ name: string; texts: string[] }> {
    return this.#waiter.until(() => {
      const thread = this.threads().get(id);
      const texts = thread?.messages.map(({ text }) => text) ?? [];
      return thread && match(texts) ? { name: thread.name, texts } : undefined;
    }, 'The thread did not become what was waited for');
  }

  /** The first message that satisfies `match`, as soon as there is one; alerts come this way. */
  waitFor(match: (message: Reply) => boolean): Promise<Reply> {
    return this.#waiter.until(() => this.messages().find(match), 'No such message came');
  }

  #reply(shown: { message: ApiMessage }): Reply {
    return new Reply(this.#operator, this.#waiter, shown);
  }

  async #answer(act: () => Promise<Interaction>): Promise<Reply> {
    const shown = await this.#waiter.answerTo(act);
    return new Reply(this.#operator, this.#waiter, shown);
  }
}

export function connectOps(sandbox: Sandbox, user: UserName = 'otto'): Ops {
  return new Ops(sandbox, user);
}
