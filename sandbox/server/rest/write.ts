import { attachmentsShown } from '../checks/components.ts';
import type { Issue } from '../checks/issue.ts';
import { within } from '../checks/issue.ts';
import { checkMessage, isComponentsV2, isEmpty, type MessageBody, type SentFile } from '../checks/message.ts';
import { checkAgainstSpec, type Specified } from '../checks/spec.ts';
import type { Core } from '../core.ts';
import { refusals } from '../http/errors.ts';
import { APPLICATION_ID } from '../ids.ts';
import { MessageFlag } from '../protocol.ts';
import { numberComponents, textsOf } from '../state/component-tree.ts';
import { mentionsIn } from '../state/mentions.ts';
import type { Attachment, Component, Message, MessageOrigin } from '../state/model.ts';

/** A message that the bot sends. */
export interface Draft {
  body: MessageBody;
  files: SentFile[];
  type: number;
  /** Set for an ephemeral message. */
  visibleTo?: string;
  origin?: MessageOrigin;
  repliesTo?: string;
  /** The thread in which it is; absent for the channel. */
  threadId?: string;
}

/** Flags that an edit may set, by either route. */
export const EDITABLE_FLAGS = MessageFlag.componentsV2 | MessageFlag.suppressEmbeds;

interface Judged {
  files: SentFile[];
  settableFlags: number;
  existing?: Message;
  /** Where the message is in the request: a callback has it under `data`. */
  at?: Issue['path'];
}

/** Validates a body against Discord's OpenAPI document; afterwards it has the shape of a message. */
export function requireShape(spec: Specified, body: unknown): void {
  const issues = checkAgainstSpec(spec, body ?? {});
  if (issues.length > 0) throw refusals.invalidModal(issues);
}

/** Rejects what Discord would reject; the shape has already been validated. */
export function judge(core: Core, body: MessageBody, context: Judged): void {
  const { existing, files } = context;
  const existingFiles = filesOf(core, existing).map(({ id, filename }): [string, string] => [id, filename]);
  const issues = checkMessage(body, {
    ...context,
    existingFiles: new Map(existingFiles),
  });
  if (issues.length > 0) throw refusals.invalidModal(within(context.at ?? [], issues));
  if (isEmpty(body, files, existing)) throw refusals.emptyMessage();
}

/** Stores a judged message. */
export async function createMessage(core: Core, draft: Draft): Promise<Message> {
  const { body } = draft;
  const isEphemeral = draft.visibleTo !== undefined;
  const message: Message = {
    id: core.state.ids.next(),
    type: draft.type,
    authorId: APPLICATION_ID,
    content: body.content ?? '',
    flags: (body.flags ?? 0) | (isEphemeral ? MessageFlag.ephemeral : 0),
    components: componentsOf(body),
    embeds: body.embeds ?? [],
    attachmentIds: await keepFiles(core, draft.files, body, isEphemeral),
    mentions: mentionsIn(
      [body.content ?? '', ...textsOf(body.components ?? [])],
      core.state.roles,
      body.allowed_mentions,
    ),
    createdAt: core.clock.now(),
    ...(draft.visibleTo ? { visibleTo: draft.visibleTo } : {}),
    ...(draft.origin ? { origin: draft.origin } : {}),
    ...(draft.repliesTo ? { repliesTo: draft.repliesTo } : {}),
    ...(draft.threadId ? { threadId: draft.threadId } : {}),
    ...(body.nonce === undefined || body.nonce === null ? {} : { nonce: body.nonce }),
    lateEdits: [],
  };
  core.state.addMessage(message);
  return message;
}

/** The message that "… is thinking" stands for. */
export function createLoadingMessage(core: Core, draft: Omit<Draft, 'body' | 'files'>): Promise<Message> {
  return createMessage(core, { ...draft, body: { flags: MessageFlag.loading }, files: [] });
}

/** Applies a judged edit. What it does not name stays. */
export async function editMessage(core: Core, message: Message, body: MessageBody, files: SentFile[]): Promise<void> {
  const wasLoading = (message.flags & MessageFlag.loading) !== 0;
  const kept = filesOf(core, message).filter(
    ({ id }) => !body.attachments || body.attachments.some((a) => a.id === id),
  );
  const added = await keepFiles(core, files, body, message.visibleTo !== undefined);
  if (body.content !== undefined) message.content = body.content ?? '';
  if (body.embeds !== undefined) message.embeds = body.embeds ?? [];
  if (body.components !== undefined) message.components = componentsOf(body);
  message.flags = (message.flags & ~MessageFlag.loading) | ((body.flags ?? 0) & EDITABLE_FLAGS);
  const isV2 = isComponentsV2({}, message);
  const shown = new Set(attachmentsShown(message.components).map(({ name }) => name));
  const keptIds = kept.filter(({ filename }) => !isV2 || shown.has(filename)).map(({ id }) => id);
  for (const id of message.attachmentIds) if (!keptIds.includes(id)) core.state.dropAttachment(id);
  message.attachmentIds = [...keptIds, ...added];
  const texts = [message.content, ...textsOf(message.components)];
  message.mentions = mentionsIn(texts, core.state.roles, body.allowed_mentions);
  if (!wasLoading) message.editedAt = core.clock.now();
  core.state.updateMessage(message);
}

function filesOf(core: Core, message: Message | undefined): Attachment[] {
  return (message?.attachmentIds ?? []).flatMap((id) => core.state.attachments.get(id) ?? []);
}

async function keepFiles(core: Core, files: SentFile[], body: MessageBody, isEphemeral: boolean): Promise<string[]> {
  const ids: string[] = [];
  for (const file of files) {
    const description = body.attachments?.find(({ id }) => id === file.index)?.description;
    const upload = description ? { ...file, description } : file;
    ids.push((await core.state.addAttachment(upload, isEphemeral)).id);
  }
  return ids;
}

/** Adds ids, and drops nulls that mean "absent". */
function componentsOf(body: MessageBody): Component[] {
  const text = JSON.stringify(body.components ?? [], (_key, value: unknown) => value ?? undefined);
  const components = JSON.parse(text) as Component[];
  numberComponents(components);
  return components;
}
