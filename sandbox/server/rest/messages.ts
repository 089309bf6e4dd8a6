import { issue } from '../checks/issue.ts';
import type { MessageBody } from '../checks/message.ts';
import type { Core } from '../core.ts';
import { refusals } from '../http/errors.ts';
import { type ApiReply, type ApiRequest, NO_CONTENT, ok, route } from '../http/router.ts';
import { APPLICATION_ID, CHANNEL_ID } from '../ids.ts';
import { MessageFlag, MessageType } from '../protocol.ts';
import type { Message, Thread } from '../state/model.ts';
import { botHas, Permission } from '../state/people.ts';
import { createMessage, EDITABLE_FLAGS, editMessage, judge, requireShape } from './write.ts';

const HOUR_MS = 3_600_000;
/** How long Discord remembers a nonce: "the past few minutes". */
const NONCE_REMEMBERED_MS = 5 * 60_000;

const MESSAGES = '/channels/:channel/messages';
const MESSAGE = '/channels/:channel/messages/:message';

/** The channel's messages, as the bot user sees them: no ephemeral ones. */
export const messageRoutes = [
  route('GET', MESSAGES, list),
  route('POST', MESSAGES, create),
  route('POST', `${MESSAGES}/bulk-delete`, removeMany),
  route('GET', MESSAGE, (request) => ok(request.core.render.message(messageOf(request)))),
  route('PATCH', MESSAGE, edit),
  route('DELETE', MESSAGE, remove),
];

/** @returns the thread that the request names; undefined for the channel itself */
function placeOf({ core, params }: ApiRequest): Thread | undefined {
  const id = params.get('channel');
  if (id === CHANNEL_ID) return undefined;
  const thread = core.state.threads.get(id);
  if (!thread) throw refusals.unknownChannel();
  return thread;
}

export function requireChannel(request: ApiRequest): void {
  if (request.params.get('channel') !== CHANNEL_ID) throw refusals.unknownChannel();
}

/** A post opens an archived thread again; in a locked one only members with Manage Threads can post. */
function enterThread(core: Core, { id, isArchived, isLocked }: Thread): void {
  const has = (permission: bigint) => botHas(core.state.roles, permission);
  if (!has(Permission.sendMessagesInThreads)) throw refusals.missingPermissions();
  if (isLocked && !has(Permission.manageThreads)) throw refusals.threadLocked();
  if (isArchived) core.state.changeThread(id, { isArchived: false });
}

function list(request: ApiRequest): ApiReply {
  const thread = placeOf(request);
  const { core, query } = request;
  const limit = Number(query.get('limit') ?? 50);
  if (!(limit >= 1 && limit <= 100)) {
    throw refusals.invalidModal([issue(['limit'], 'NUMBER_TYPE_MAX', 'int value should be between 1 and 100.')]);
  }
  const all = core.state.visibleTo(APPLICATION_ID, thread?.id);
  for (const name of ['before', 'after', 'around']) requireSnowflake(name, query.get(name));
  return ok(pageOf(all, query, limit).map((message) => core.render.message(message)));
}

function requireSnowflake(name: string, value: string | null): void {
  if (value === null || /^\d{1,20}$/.test(value)) return;
  throw refusals.invalidModal([issue([name], 'NUMBER_TYPE_COERCE', 'The value is not a snowflake.')]);
}

/** Newest first. */
function pageOf(all: Message[], query: URLSearchParams, limit: number): Message[] {
  const before = query.get('before');
  const after = query.get('after');
  const around = query.get('around');
  if (after)
    return all
      .filter(({ id }) => BigInt(id) > BigInt(after))
      .slice(0, limit)
      .reverse();
  if (around) {
    const middle = all.findIndex(({ id }) => BigInt(id) >= BigInt(around));
    const start = Math.max(0, middle - Math.floor(limit / 2));
    return all.slice(start, start + limit).reverse();
  }
  const older = before ? all.filter(({ id }) => BigInt(id) < BigInt(before)) : all;
  return older.slice(-limit).reverse();
}

async function create(request: ApiRequest): Promise<ApiReply> {
  const thread = placeOf(request);
  const { core, body, files } = request;
  requireShape('message', body);
  const sent = (body ?? {}) as MessageBody & { enforce_nonce?: boolean };
  judge(core, sent, { files, settableFlags: EDITABLE_FLAGS | MessageFlag.suppressNotifications });
  if (thread) enterThread(core, thread);
  const twin = sent.enforce_nonce ? findByNonce(core, sent.nonce, thread?.id) : undefined;
  if (twin) return ok(core.render.message(twin));
  const repliesTo = referenced(core, sent);
  const type = repliesTo ? MessageType.reply : MessageType.default;
  const place = { ...(repliesTo ? { repliesTo } : {}), ...(thread ? { threadId: thread.id } : {}) };
  const message = await createMessage(core, { body: sent, files, type, ...place });
  return ok(core.render.message(message));
}

function findByNonce(core: Core, nonce: MessageBody['nonce'], threadId?: string): Message | undefined {
  const since = core.clock.now() - NONCE_REMEMBERED_MS;
  return core.state
    .visibleTo(APPLICATION_ID, threadId)
    .find((message) => message.nonce !== undefined && message.nonce === nonce && message.createdAt >= since);
}

function referenced(core: Core, { message_reference: reference }: MessageBody): string | undefined {
  if (!reference) return undefined;
  const found = core.state.messages.get(reference.message_id);
  if (found && !found.visibleTo) return found.id;
  if (reference.fail_if_not_exists === false) return undefined;
  throw refusals.invalidModal([issue(['message_reference'], 'REPLIES_UNKNOWN_MESSAGE', 'Unknown message')]);
}

async function edit(request: ApiRequest): Promise<ApiReply> {
  const { core, body, files } = request;
  const message = messageOf(request);
  if (message.authorId !== APPLICATION_ID) throw refusals.notYours();
  if (placeOf(request)?.isArchived) throw refusals.threadArchived();
  requireShape('messageEdit', body);
  const sent = (body ?? {}) as MessageBody;
  judge(core, sent, { files, settableFlags: EDITABLE_FLAGS, existing: message });
  countLateEdit(core, message);
  await editMessage(core, message, sent, files);
  return ok(core.render.message(message));
}

/** Messages older than an hour can be edited a few times an hour only. */
function countLateEdit(core: Core, message: Message): void {
  const now = core.clock.now();
  if (now - message.createdAt <= HOUR_MS) return;
  message.lateEdits = message.lateEdits.filter((at) => now - at < HOUR_MS);
  const [oldest] = message.lateEdits;
  if (oldest !== undefined && message.lateEdits.length >= core.lateEditsPerHour) {
    throw refusals.tooManyLateEdits(Math.ceil((oldest + HOUR_MS - now) / 1000));
  }
  message.lateEdits.push(now);
}

function remove(request: ApiRequest): ApiReply {
  request.core.state.removeMessage(messageOf(request).id);
  return NO_CONTENT;
}

function removeMany(request: ApiRequest): ApiReply {
  requireChannel(request);
  const { messages } = (request.body ?? {}) as { messages?: unknown };
  if (!Array.isArray(messages) || messages.length < 2 || messages.length > 100) {
    throw refusals.invalidModal([issue(['messages'], 'BASE_TYPE_BAD_LENGTH', 'Must be between 2 and 100 in length.')]);
  }
  for (const id of messages) {
    const message = request.core.state.messages.get(String(id));
    if (message && !message.visibleTo) request.core.state.removeMessage(message.id);
  }
  return NO_CONTENT;
}

export function messageOf(request: ApiRequest): Message {
  const thread = placeOf(request);
  const message = request.core.state.messages.get(request.params.get('message'));
  if (!message || message.visibleTo || message.threadId !== thread?.id) throw refusals.unknownMessage();
  return message;
}
