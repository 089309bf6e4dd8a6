import { MessageFlag } from '../protocol.ts';
import type { AllowedMentions } from '../state/mentions.ts';
import type { Component, Message } from '../state/model.ts';
import type { Upload } from '../state/state.ts';
import { attachmentsShown, checkMessageComponents } from './components.ts';
import { type Issue, issue, repeated, tooLong } from './issue.ts';

/** The validated body of a new or changed message. */
export interface MessageBody {
  content?: string | null;
  embeds?: Record<string, unknown>[] | null;
  components?: Component[] | null;
  flags?: number | null;
  attachments?: { id: string; filename?: string | null; description?: string | null }[] | null;
  allowed_mentions?: AllowedMentions | null;
  message_reference?: { message_id: string; fail_if_not_exists?: boolean | null } | null;
  nonce?: string | number | null;
}

/** A file of a multipart request; `index` is the number in `files[0]`. */
export interface SentFile extends Upload {
  index: string;
}

/** The context of a check. */
export interface MessageContext {
  files: SentFile[];
  /** The flags that this route lets the bot set. */
  settableFlags: number;
  /** The message that is changed; absent for a new one. */
  existing?: Message;
  /** The names of the files that the existing message has, by id. */
  existingFiles: Map<string, string>;
}

const LONGEST_CONTENT = 2_000;
const MOST_FILES = 10;

/** Rules for messages that Discord's OpenAPI document does not contain. Empty messages have their own error code. */
export function checkMessage(body: MessageBody, context: MessageContext): Issue[] {
  const isV2 = isComponentsV2(body, context.existing);
  return [
    ...checkFlags(body, context),
    ...(isV2 ? checkNothingBesides(body, context.existing) : []),
    ...((body.content?.length ?? 0) > LONGEST_CONTENT ? [tooLong(['content'], LONGEST_CONTENT)] : []),
    ...checkMessageComponents(body.components ?? [], isV2),
    ...checkFiles(body, context, isV2),
    ...checkAllowedMentions(body.allowed_mentions),
  ];
}

/** A message that has the flag once keeps it. */
export function isComponentsV2(body: MessageBody, existing?: Message): boolean {
  return (((body.flags ?? 0) | (existing?.flags ?? 0)) & MessageFlag.componentsV2) !== 0;
}

/** Whether the message would be empty; fields that an edit omits are kept. */
export function isEmpty(body: MessageBody, files: SentFile[], existing?: Message): boolean {
  const content = body.content === undefined ? existing?.content : body.content;
  const embeds = body.embeds === undefined ? existing?.embeds : body.embeds;
  const components = body.components === undefined ? existing?.components : body.components;
  const attachments = body.attachments ?? existing?.attachmentIds ?? [];
  return !content && !embeds?.length && !components?.length && attachments.length + files.length === 0;
}

function checkFlags(body: MessageBody, { settableFlags, existing }: MessageContext): Issue[] {
  // A client may send back the flags that the message has.
  const wrong = (body.flags ?? 0) & ~settableFlags & ~(existing?.flags ?? 0);
  return wrong ? [issue(['flags'], 'MESSAGE_FLAGS', `These flags cannot be set here: ${wrong}.`)] : [];
}

function checkNothingBesides(body: MessageBody, existing?: Message): Issue[] {
  const hasContent = body.content === undefined ? Boolean(existing?.content) : Boolean(body.content);
  const hasEmbeds = body.embeds === undefined ? Boolean(existing?.embeds.length) : Boolean(body.embeds?.length);
  const refuse = (key: string) =>
    issue(
      [key],
      'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
      `The '${key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2`,
    );
  return [...(hasContent ? [refuse('content')] : []), ...(hasEmbeds ? [refuse('embeds')] : [])];
}

function checkFiles(body: MessageBody, context: MessageContext, isV2: boolean): Issue[] {
  const { files, existing, existingFiles } = context;
  const declared = body.attachments ?? [];
  const undeclared = body.attachments ? files.filter(({ index }) => !declared.some(({ id }) => id === index)) : [];
  const missing = declared.filter(({ id }) => !files.some(({ index }) => index === id) && !existingFiles.has(id));
  const issues = [
    ...undeclared.map(({ index }) =>
      issue(['attachments'], 'ATTACHMENT_UNDECLARED', `files[${index}] is not among the attachments.`),
    ),
    ...missing.map((attachment) =>
      issue(['attachments', declared.indexOf(attachment), 'id'], 'ATTACHMENT_NOT_FOUND', 'Unknown file.'),
    ),
    ...repeated(files, ({ index }) => index).map(({ index }) =>
      issue(['attachments'], 'ATTACHMENT_DUPLICATED', `files[${index}] was sent twice.`),
    ),
  ];
  const kept = [...existingFiles].filter(([id]) => !body.attachments || declared.some((one) => one.id === id));
  if (kept.length + files.length > MOST_FILES) issues.push(tooLong(['attachments'], MOST_FILES));
  const names = [...kept.map(([, name]) => name), ...files.map(({ name }) => name)];
  const shown = attachmentsShown(body.components ?? []);
  for (const { name, path } of shown.filter((one) => !names.includes(one.name))) {
    issues.push(issue(path, 'UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND', `There is no file "${name}".`));
  }
  const unseen = isV2 && body.components ? files.filter(({ name }) => !shown.some((one) => one.name === name)) : [];
  for (const { name } of unseen) {
    issues.push(issue(['attachments'], 'ATTACHMENT_NOT_SHOWN', `No component shows "${name}": nobody would see it.`));
  }
  return existing && isV2 && files.length > 0 && !body.components
    ? [...issues, issue(['components'], 'ATTACHMENT_NOT_SHOWN', 'New files must be shown by components.')]
    : issues;
}

function checkAllowedMentions(allowed: AllowedMentions | null | undefined): Issue[] {
  const isTwice = (key: 'users' | 'roles') => allowed?.parse?.includes(key) && (allowed[key]?.length ?? 0) > 0;
  return (['users', 'roles'] as const)
    .filter(isTwice)
    .map((key) =>
      issue(['allowed_mentions', 'parse'], 'MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE', `parse:${key} excludes ids.`),
    );
}
