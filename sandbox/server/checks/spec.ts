// @ts-expect-error: the package's types are its JavaScript, which strict TypeScript refuses; ours are below.
import * as untypedSchemas from 'discord-api-spec/zod';
import { type Issue, issue, notOneOf, required, tooLong } from './issue.ts';

/** The part of zod's issues that is used here. */
interface ZodIssue {
  code: string;
  path: (string | number)[];
  message: string;
  expected?: string;
  origin?: string;
  minimum?: number;
  maximum?: number;
  values?: unknown[];
  errors?: ZodIssue[][];
}

interface Schema {
  safeParse(value: unknown): { success: true; data: unknown } | { success: false; error: { issues: ZodIssue[] } };
}

/** The requests whose shape is part of Discord's own OpenAPI document. */
const SPECIFIED = {
  message: 'MessageCreateRequestSchema',
  messageEdit: 'MessageEditRequestPartialSchema',
  followUp: 'IncomingWebhookInteractionRequestSchema',
  followUpEdit: 'IncomingWebhookUpdateRequestPartialSchema',
  messageCallback: 'CreateMessageInteractionCallbackRequestSchema',
  updateCallback: 'UpdateMessageInteractionCallbackRequestSchema',
  choicesCallback: 'ApplicationCommandAutocompleteCallbackRequestSchema',
  modalCallback: 'ModalInteractionCallbackRequestSchema',
  command: 'ApplicationCommandUpdateRequestSchema',
  threadFromMessage: 'CreateTextThreadWithMessageRequestSchema',
  commandEdit: 'ApplicationCommandPatchRequestPartialSchema',
} as const;

export type Specified = keyof typeof SPECIFIED;

/** discord.js always sends these keys with empty values, whether or not the route has them. */
const HARMLESS_KEYS = new Set(['tts', 'nonce', 'enforce_nonce', 'nsfw', 'animated']);

const schemas = untypedSchemas as Record<(typeof SPECIFIED)[Specified], Schema>;

/** Validates a request against Discord's document, including keys that the document does not have. */
export function checkAgainstSpec(name: Specified, value: unknown): Issue[] {
  const result = schemas[SPECIFIED[name]].safeParse(value);
  return result.success ? unknownKeys(value, result.data, []) : translateAll(result.error.issues, value, []);
}

/** Parsing drops keys that the document does not have, so the missing ones were unknown. */
function unknownKeys(given: unknown, known: unknown, path: Issue['path']): Issue[] {
  if (Array.isArray(given) && Array.isArray(known)) {
    return given.flatMap((item, index) => unknownKeys(item, known[index], [...path, index]));
  }
  if (!isRecord(given) || !isRecord(known)) return [];
  return Object.entries(given).flatMap(([key, value]) => {
    // To keep a file, clients send back all of its data; Discord reads only the id.
    if (key === 'attachments') return [];
    if (key in known) return unknownKeys(value, known[key], [...path, key]);
    if (value === undefined || HARMLESS_KEYS.has(key)) return [];
    return [issue([...path, key], 'UNKNOWN_KEY', 'Discord knows no such field.')];
  });
}

function translateAll(issues: ZodIssue[], value: unknown, path: Issue['path']): Issue[] {
  return issues.flatMap((found) => translate(found, at(value, found.path), [...path, ...found.path]));
}

function translate(found: ZodIssue, value: unknown, path: Issue['path']): Issue[] {
  switch (found.code) {
    case 'invalid_union':
      return translateUnion(found, value, path);
    case 'invalid_value':
      return [value === undefined ? required(path) : notOneOf(path, found.values ?? [])];
    case 'invalid_type':
      if (value === undefined) return [required(path)];
      return [issue(path, 'BASE_TYPE_BAD_TYPE', `Must be of type ${found.expected}.`)];
    case 'too_big':
      if (found.origin !== 'number') return [tooLong(path, found.maximum ?? 0)];
      return [issue(path, 'NUMBER_TYPE_MAX', `int value should be less than or equal to ${found.maximum}.`)];
    case 'too_small':
      if (found.origin !== 'number') {
        return [issue(path, 'BASE_TYPE_MIN_LENGTH', `Must be ${found.minimum} or more in length.`)];
      }
      return [issue(path, 'NUMBER_TYPE_MIN', `int value should be greater than or equal to ${found.minimum}.`)];
    default:
      return [issue(path, 'BASE_TYPE_BAD_FORMAT', `Not well formed: ${JSON.stringify(value)?.slice(0, 80)}`)];
  }
}

/** If a value matches no kind of a union, the kind in its `type` decides which errors are reported. */
function translateUnion(found: ZodIssue, value: unknown, path: Issue['path']): Issue[] {
  const branches = found.errors ?? [];
  const isOtherType = (branch: ZodIssue[]) => branch.some(({ path: [first, more] }) => first === 'type' && !more);
  const meant = branches.filter((branch) => !isOtherType(branch)).sort((a, b) => a.length - b.length)[0];
  if (meant) return translateAll(meant, value, path);
  const types = branches.flatMap((branch) => branch.flatMap(({ values }) => values ?? []));
  return [
    issue([...path, 'type'], 'UNION_TYPE_CHOICES', `Value of field "type" must be one of (${types.join(', ')}).`),
  ];
}

function at(value: unknown, path: Issue['path']): unknown {
  return path.reduce<unknown>((inner, step) => {
    if (Array.isArray(inner) && typeof step === 'number') return inner[step];
    return isRecord(inner) ? inner[step] : undefined;
  }, value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
