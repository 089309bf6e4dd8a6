import { USER_IDS, type UserName } from '../../sandbox/server/ids.ts';
import type { Sandbox } from '../../sandbox/server/index.ts';
import { textsOf, walkComponents } from '../../sandbox/server/state/component-tree.ts';
import type { Effect, Interaction } from '../../sandbox/server/state/model.ts';
import type { ApiMessage } from '../../sandbox/server/state/render.ts';
import type { Action } from './people.ts';

/** Discord gives up on an interaction that was not acknowledged by then. */
const LATE_MS = 3_000;
const ANSWER_DEADLINE_MS = 120_000;
const FAULTS = /went wrong|not certain|could not be shown|could not be displayed|try again in/i;

/** The result of one action. Times in milliseconds. */
export interface Taken {
  name: string;
  isReading: boolean;
  firstMs: number;
  /** Until the answer was whole; equal to `firstMs` for autocomplete. */
  wholeMs: number;
  isLate: boolean;
  /** The sentence, if the bot failed. */
  error: string | undefined;
}

/** Acts once, and waits until the bot has answered in full. */
export async function take(sandbox: Sandbox, user: UserName, action: Action): Promise<Taken> {
  if (action.kind === 'autocomplete') {
    return oneAtATime(`${user} ${action.path} ${action.option}`, () => type(sandbox, user, action));
  }
  const operator = sandbox.operator(user);
  const started = performance.now();
  const base = { name: action.name, isReading: action.isReading };
  const interaction = await operator.command(action.path, action.options);
  return { ...base, ...(await answerOf(sandbox, interaction, started)) };
}

async function type(
  sandbox: Sandbox,
  user: UserName,
  { name, path, option, typed }: Extract<Action, { kind: 'autocomplete' }>,
): Promise<Taken> {
  const started = performance.now();
  const taken = (isLate: boolean, error: string | undefined): Taken => {
    const ms = performance.now() - started;
    return { name, isReading: true, firstMs: ms, wholeMs: ms, isLate: isLate || ms > LATE_MS, error };
  };
  try {
    const choices = await sandbox.operator(user).autocomplete(path, option, typed);
    return taken(false, choices.length === 0 ? 'no choices came' : undefined);
  } catch (error) {
    return taken(true, sentenceOf(error));
  }
}

const typing = new Map<string, Promise<unknown>>();

/** The stand-in has a few users for all people: two who typed the same option at once would be one who types on. */
async function oneAtATime<T>(key: string, work: () => Promise<T>): Promise<T> {
  const turn = (typing.get(key) ?? Promise.resolve()).then(work);
  typing.set(key, turn);
  return await turn;
}

/** Waits for the acknowledgement and for the message that follows it. */
async function answerOf(sandbox: Sandbox, interaction: Interaction, started: number) {
  const { events } = sandbox;
  const late = () => new Error('no answer came');
  await events.until(() => interaction.answer ?? interaction.failure, ANSWER_DEADLINE_MS, late).catch(() => undefined);
  const firstMs = performance.now() - started;
  if (interaction.failure || !interaction.answer) {
    return { firstMs, wholeMs: firstMs, isLate: true, error: interaction.failure ?? 'no answer came' };
  }
  const shown = await events.until(() => lastEffect(interaction), ANSWER_DEADLINE_MS, late).catch(() => undefined);
  const wholeMs = performance.now() - started;
  const message = shown && sandbox.operator(USER_OF.get(interaction.userId) ?? 'ada').message(shown.messageId);
  const said = message ? textOf(message) : 'no whole answer came';
  const isFault = !message || FAULTS.test(said);
  return { firstMs, wholeMs, isLate: firstMs > LATE_MS, error: isFault ? said.slice(0, 120) : undefined };
}

/** The effect that is the answer: the first of a deferred one is that the bot "is thinking". */
function lastEffect({ answer, effects }: Interaction): Effect | undefined {
  return effects.find(({ kind }, index) => kind !== 'deleted' && (answer !== 'deferred' || index > 0));
}

const USER_OF = new Map<string, UserName>(Object.entries(USER_IDS).map(([name, id]) => [id, name as UserName]));

export function textOf(message: ApiMessage): string {
  return [message.content, ...textsOf(message.components)].join('\n');
}

/** The id of the button whose label starts so. */
export function buttonOf(message: ApiMessage, label: string): string | undefined {
  const components = walkComponents(message.components).map(({ component }) => component);
  return components.find((each) => each.label?.startsWith(label) && !each.disabled)?.custom_id;
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
