import { checkChoices } from '../checks/choices.ts';
import { type Issue, issue, notOneOf } from '../checks/issue.ts';
import type { MessageBody, SentFile } from '../checks/message.ts';
import { checkModal } from '../checks/modal.ts';
import type { Core } from '../core.ts';
import { refusals } from '../http/errors.ts';
import { type ApiReply, type ApiRequest, NO_CONTENT, ok, openRoute } from '../http/router.ts';
import { ACKNOWLEDGE_WITHIN_MS, CallbackType, InteractionType, MessageFlag } from '../protocol.ts';
import type { Answer, Choice, Component, Interaction, Message } from '../state/model.ts';
import { isEphemeral, isLoading } from '../state/state.ts';
import { answerDraft } from './answers.ts';
import { createLoadingMessage, createMessage, EDITABLE_FLAGS, editMessage, judge, requireShape } from './write.ts';

interface Callback {
  type: number;
  data?: MessageBody & { choices?: (Choice | null)[]; custom_id?: string; title?: string };
}

/** The callback types that each kind of interaction allows. */
const ALLOWED: Record<number, readonly number[]> = {
  [InteractionType.command]: [CallbackType.message, CallbackType.deferredMessage, CallbackType.modal],
  [InteractionType.autocomplete]: [CallbackType.choices],
  [InteractionType.component]: [
    CallbackType.message,
    CallbackType.deferredMessage,
    CallbackType.deferredUpdate,
    CallbackType.update,
    CallbackType.modal,
  ],
  [InteractionType.modal]: [
    CallbackType.message,
    CallbackType.deferredMessage,
    CallbackType.deferredUpdate,
    CallbackType.update,
  ],
};

const NEW_MESSAGE_FLAGS = EDITABLE_FLAGS | MessageFlag.ephemeral | MessageFlag.suppressNotifications;

export const callbackRoutes = [openRoute('POST', '/interactions/:interaction/:token/callback', answerInteraction)];

async function answerInteraction({ core, params, query, body, files }: ApiRequest): Promise<ApiReply> {
  await delay(core);
  const interaction = core.state.interactions.get(params.get('interaction'));
  if (!interaction || interaction.token !== params.get('token')) throw refusals.unknownInteraction();
  if (interaction.answer) throw refusals.alreadyAcknowledged();
  const age = core.clock.now() - interaction.createdAt;
  if (interaction.failure || age > ACKNOWLEDGE_WITHIN_MS) throw refusals.unknownInteraction();
  const callback = requireKnownType(body, interaction);
  const message = await ANSWERS[callback.type]?.(core, interaction, callback, files);
  core.state.updateInteraction(interaction);
  return query.get('with_response') === 'true'
    ? ok(withResponse(core, interaction, callback.type, message))
    : NO_CONTENT;
}

type AnswerHandler = (
  core: Core,
  interaction: Interaction,
  callback: Callback,
  files: SentFile[],
) => Promise<Message | undefined> | undefined;

/** Each handler validates the whole callback synchronously before it marks the interaction as acknowledged. */
const ANSWERS: Record<number, AnswerHandler> = {
  [CallbackType.message]: answerWithMessage,
  [CallbackType.deferredMessage]: deferMessage,
  [CallbackType.deferredUpdate]: deferUpdate,
  [CallbackType.update]: updateMessage,
  [CallbackType.choices]: answerWithChoices,
  [CallbackType.modal]: openModal,
};

function requireKnownType(body: unknown, interaction: Interaction): Callback {
  const type = typeof body === 'object' && body !== null && 'type' in body ? body.type : undefined;
  const allowed = (ALLOWED[interaction.type] ?? []).filter(
    (one) => interaction.messageId || (one !== CallbackType.deferredUpdate && one !== CallbackType.update),
  );
  if (typeof type !== 'number' || !allowed.includes(type)) throw refusals.invalidModal([notOneOf(['type'], allowed)]);
  return body as Callback;
}

async function answerWithMessage(core: Core, interaction: Interaction, callback: Callback, files: SentFile[]) {
  requireShape('messageCallback', callback);
  const body = callback.data ?? {};
  judge(core, body, { files, settableFlags: NEW_MESSAGE_FLAGS, at: ['data'] });
  acknowledge(interaction, 'message');
  const isHidden = ((body.flags ?? 0) & MessageFlag.ephemeral) !== 0;
  return setOriginal(
    core,
    interaction,
    await createMessage(core, { ...answerDraft(interaction, isHidden), body, files }),
  );
}

async function deferMessage(core: Core, interaction: Interaction, callback: Callback) {
  requireShape('messageCallback', callback);
  const flags = callback.data?.flags ?? 0;
  const issues: Issue[] = [];
  if (flags & ~MessageFlag.ephemeral)
    issues.push(issue(['data', 'flags'], 'MESSAGE_FLAGS', 'Only EPHEMERAL is allowed here.'));
  for (const key of Object.keys(callback.data ?? {}).filter((name) => !DEFER_KEYS.has(name))) {
    issues.push(issue(['data', key], 'UNKNOWN_KEY', 'A deferred answer carries flags alone.'));
  }
  if (issues.length > 0) throw refusals.invalidModal(issues);
  acknowledge(interaction, 'deferred');
  const isHidden = (flags & MessageFlag.ephemeral) !== 0;
  return setOriginal(core, interaction, await createLoadingMessage(core, answerDraft(interaction, isHidden)));
}

const DEFER_KEYS = new Set(['flags', 'tts']);

async function deferUpdate(core: Core, interaction: Interaction, callback: Callback) {
  requireShape('updateCallback', callback);
  acknowledge(interaction, 'deferred-update');
  if (interaction.messageId) interaction.originalId = interaction.messageId;
  return core.state.messages.get(interaction.messageId ?? '');
}

async function updateMessage(core: Core, interaction: Interaction, callback: Callback, files: SentFile[]) {
  requireShape('updateCallback', callback);
  const message = core.state.messages.get(interaction.messageId ?? '');
  if (!message) throw refusals.unknownMessage();
  const body = callback.data ?? {};
  judge(core, body, { files, settableFlags: EDITABLE_FLAGS, existing: message, at: ['data'] });
  acknowledge(interaction, 'update');
  interaction.originalId = message.id;
  await editMessage(core, message, body, files);
  core.state.addEffect(interaction, { kind: 'updated', messageId: message.id });
  return message;
}

function answerWithChoices(_core: Core, interaction: Interaction, callback: Callback): undefined {
  const issues = checkChoices(callback, interaction.focusedType ?? 0);
  if (issues.length > 0) throw refusals.invalidModal(issues);
  acknowledge(interaction, 'choices');
  interaction.choices = (callback.data?.choices ?? []).filter((choice) => choice !== null);
}

function openModal(_core: Core, interaction: Interaction, callback: Callback): undefined {
  const issues = checkModal(callback as { data: { components: Component[] } });
  if (issues.length > 0) throw refusals.invalidModal(issues);
  acknowledge(interaction, 'modal');
  const { custom_id: customId = '', title = '', components } = callback.data ?? {};
  interaction.modal = { customId, title, components: components ?? [] };
}

function acknowledge(interaction: Interaction, answer: Answer): void {
  interaction.answer = answer;
}

function setOriginal(core: Core, interaction: Interaction, message: Message): Message {
  interaction.originalId = message.id;
  core.state.addEffect(interaction, { kind: 'created', messageId: message.id });
  return message;
}

/** `InteractionCallbackResponse` of Discord's document. */
function withResponse(core: Core, interaction: Interaction, type: number, message: Message | undefined) {
  return {
    interaction: {
      id: interaction.id,
      type: interaction.type,
      ...(message
        ? {
            response_message_id: message.id,
            response_message_loading: isLoading(message),
            response_message_ephemeral: isEphemeral(message),
          }
        : {}),
    },
    ...(message ? { resource: { type, message: core.render.message(message) } } : {}),
  };
}

function delay(core: Core): Promise<void> | undefined {
  const { callbackDelayMs } = core.faults;
  if (callbackDelayMs === 0) return undefined;
  return new Promise((resolve) => core.clock.after(callbackDelayMs, resolve));
}
