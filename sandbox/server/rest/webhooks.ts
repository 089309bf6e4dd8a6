import type { MessageBody, SentFile } from '../checks/message.ts';
import type { Core } from '../core.ts';
import { refusals } from '../http/errors.ts';
import { type ApiReply, type ApiRequest, NO_CONTENT, ok, openRoute } from '../http/router.ts';
import { APPLICATION_ID } from '../ids.ts';
import { MessageFlag } from '../protocol.ts';
import type { Interaction, Message } from '../state/model.ts';
import { isEphemeral, isLoading } from '../state/state.ts';
import { answerDraft } from './answers.ts';
import { createMessage, EDITABLE_FLAGS, editMessage, judge, requireShape } from './write.ts';

const FOLLOW_UP_FLAGS = EDITABLE_FLAGS | MessageFlag.ephemeral | MessageFlag.suppressNotifications;

const MESSAGE = '/webhooks/:application/:token/messages/:message';

/** Follow-ups and edits by interaction token, which is valid for fifteen minutes. */
export const webhookRoutes = [
  openRoute('POST', '/webhooks/:application/:token', followUp),
  openRoute('GET', MESSAGE, (request) => ok(request.core.render.message(messageOf(request, interactionOf(request))))),
  openRoute('PATCH', MESSAGE, edit),
  openRoute('DELETE', MESSAGE, remove),
];

interface Sent {
  body: MessageBody;
  files: SentFile[];
}

async function followUp(request: ApiRequest): Promise<ApiReply> {
  const { core, body, files } = request;
  const interaction = interactionOf(request);
  requireShape('followUp', body);
  const sent = (body ?? {}) as MessageBody;
  const original = core.state.messages.get(interaction.originalId ?? '');
  if (original && isLoading(original)) return ok(await complete(core, interaction, original, { body: sent, files }));
  judge(core, sent, { files, settableFlags: FOLLOW_UP_FLAGS });
  const isHidden = ((sent.flags ?? 0) & MessageFlag.ephemeral) !== 0;
  const draft = { ...answerDraft(interaction, isHidden), body: sent, files };
  const repliesTo = interaction.originalId;
  const message = await createMessage(core, repliesTo ? { ...draft, repliesTo } : draft);
  core.state.addEffect(interaction, { kind: 'created', messageId: message.id });
  return ok(core.render.message(message));
}

/** The first follow-up to a deferred answer replaces it, with the visibility of the defer. */
async function complete(core: Core, interaction: Interaction, original: Message, sent: Sent) {
  const { body, files } = sent;
  judge(core, body, { files, settableFlags: FOLLOW_UP_FLAGS, existing: original });
  const wantsHidden = ((body.flags ?? 0) & MessageFlag.ephemeral) !== 0;
  if (wantsHidden !== isEphemeral(original)) reportVisibility(core, interaction, wantsHidden);
  await change(core, interaction, original, sent);
  return core.render.message(original);
}

async function edit(request: ApiRequest): Promise<ApiReply> {
  const { core, body, files } = request;
  const interaction = interactionOf(request);
  const message = messageOf(request, interaction);
  requireShape('followUpEdit', body);
  const sent = (body ?? {}) as MessageBody;
  judge(core, sent, { files, settableFlags: EDITABLE_FLAGS, existing: message });
  await change(core, interaction, message, { body: sent, files });
  return ok(core.render.message(message));
}

function remove(request: ApiRequest): ApiReply {
  const interaction = interactionOf(request);
  const message = messageOf(request, interaction);
  request.core.state.removeMessage(message.id);
  request.core.state.addEffect(interaction, { kind: 'deleted', messageId: message.id });
  return NO_CONTENT;
}

async function change(core: Core, interaction: Interaction, message: Message, { body, files }: Sent) {
  await editMessage(core, message, body, files);
  core.state.addEffect(interaction, { kind: 'updated', messageId: message.id });
}

function interactionOf({ core, params }: ApiRequest): Interaction {
  const interaction = core.state.interactionByToken(params.get('token'));
  if (!interaction || params.get('application') !== APPLICATION_ID) throw refusals.unknownWebhook();
  if (core.state.isExpired(interaction)) throw refusals.expiredToken();
  if (!interaction.answer || interaction.answer === 'choices') throw refusals.unknownWebhook();
  return interaction;
}

function messageOf({ core, params }: ApiRequest, interaction: Interaction): Message {
  const named = params.get('message');
  const id = named === '@original' ? interaction.originalId : named;
  const message = core.state.messages.get(id ?? '');
  const isItsOwn = message?.origin?.interactionId === interaction.id || id === interaction.originalId;
  if (!message || !isItsOwn) throw refusals.unknownMessage();
  return message;
}

/** Discord ignores the flag silently, so a bot that relies on it would reveal secrets or hide public messages. */
function reportVisibility(core: Core, interaction: Interaction, wantsHidden: boolean): void {
  core.state.events.emit({
    kind: 'violation',
    violation: {
      at: core.clock.now(),
      where: `follow-up of ${interaction.commandName ?? interaction.id}`,
      status: 200,
      code: 0,
      message: `The follow-up wants to be ${wantsHidden ? 'ephemeral' : 'public'}; the defer decided otherwise.`,
      details: [],
    },
  });
}
