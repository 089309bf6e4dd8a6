import type { Sandbox } from '../../../sandbox/server/index.ts';
import type { Operator } from '../../../sandbox/server/operator.ts';
import { walkComponents } from '../../../sandbox/server/state/component-tree.ts';
import type { Violation } from '../../../sandbox/server/state/events.ts';
import type { Interaction } from '../../../sandbox/server/state/model.ts';
import type { ApiMessage } from '../../../sandbox/server/state/render.ts';
import { WORKING_MARK } from '../../../src/discord/dispatch/working.ts';
import { transcribe } from './transcript.ts';

/** Much longer than a bot on a busy machine takes: it ends a wait for what never comes. */
const DEADLINE_MS = 240_000;

/** The result of an interaction: a message, or a modal on the person's screen. */
export interface Shown {
  interaction?: Interaction;
  message?: ApiMessage;
  isDeleted?: boolean;
}

/** Waits for what the bot does, by the sandbox's events, and says what the channel looks like when it does not. */
export class Waiter {
  readonly #sandbox: Sandbox;
  readonly #operator: Operator;

  constructor(sandbox: Sandbox, operator: Operator) {
    this.#sandbox = sandbox;
    this.#operator = operator;
  }

  until<T>(probe: () => T | undefined, complaint: string): Promise<T> {
    const before = this.#sandbox.violations.length;
    return this.#sandbox.events.until(probe, DEADLINE_MS, () =>
      this.#error(`${complaint} within ${DEADLINE_MS} ms.`, before),
    );
  }

  /** A bot that has just been started registers its commands and connects in its own time. */
  async untilCommand(path: string): Promise<void> {
    const name = path.startsWith('/') ? path.slice(1).split(' ')[0] : path;
    const isKnown = () => this.#operator.commands().some((command) => command.name === name);
    const isThere = () => (this.#sandbox.isBotConnected && isKnown() ? true : undefined);
    await this.until(isThere, `The bot did not connect with a command ${path}`);
  }

  /** Acts, and waits until the bot has shown something for it. `clicked` is the message that a button belongs to. */
  async answerTo(act: () => Promise<Interaction>, clicked?: ApiMessage): Promise<Shown> {
    const before = this.#sandbox.violations.length;
    const interaction = await act();
    const probe = () => {
      if (interaction.failure) throw this.#error(interaction.failure, before);
      return this.#shownBy(interaction, clicked);
    };
    return this.#sandbox.events.until(probe, DEADLINE_MS, () =>
      this.#error(`The bot acknowledged and then showed nothing within ${DEADLINE_MS} ms.`, before),
    );
  }

  #shownBy(interaction: Interaction, clicked: ApiMessage | undefined): Shown | undefined {
    const { answer, effects, originalId } = interaction;
    if (answer === 'modal') return { interaction };
    // The first effect of a deferred answer is that the bot "is thinking"; deleting that is not an answer.
    const isShown = (index: number) => answer !== 'deferred' || index > 0;
    const effect = effects.find(
      ({ kind, messageId }, index) =>
        isShown(index) && !(answer === 'deferred' && kind === 'deleted' && messageId === originalId),
    );
    if (!effect) return undefined;
    if (effect.kind === 'deleted') return { interaction, isDeleted: true, ...(clicked ? { message: clicked } : {}) };
    const message = this.#operator.message(effect.messageId);
    if (message && isWorking(message)) return undefined;
    return message ? { interaction, message } : undefined;
  }

  #error(problem: string, violationsBefore: number): Error {
    const refused = this.#sandbox.violations.slice(violationsBefore).map(describe);
    return new Error([problem, ...refused, '', transcribe(this.#operator.messages())].join('\n'));
  }
}

/** Whether the message only says that the work behind its button goes on. */
const isWorking = ({ components }: ApiMessage) =>
  walkComponents(components).some(({ component }) => component.id === WORKING_MARK);

function describe({ where, status, code, message, details }: Violation): string {
  return [`  ${where}: ${status} ${code} ${message}`, ...details.map((detail) => `    ${detail}`)].join('\n');
}
