import { describeIssue, type Issue } from '../checks/issue.ts';

interface ErrorTree {
  [key: string]: ErrorTree | { code: string; message: string }[];
}

/** A refusal in Discord's shape (https://discord.com/developers/docs/topics/opcodes-and-status-codes). */
export class DiscordError extends Error {
  override readonly name = 'DiscordError';
  readonly status: number;
  readonly code: number;
  readonly issues: readonly Issue[];
  /** Seconds after which to retry, if so. */
  readonly retryAfter: number | undefined;

  constructor(status: number, code: number, message: string, more: { issues?: Issue[]; retryAfter?: number } = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.issues = more.issues ?? [];
    this.retryAfter = more.retryAfter;
  }

  get details(): string[] {
    return this.issues.map(describeIssue);
  }

  toBody(): Record<string, unknown> {
    return {
      message: this.message,
      code: this.code,
      ...(this.issues.length > 0 ? { errors: errorTree(this.issues) } : {}),
      ...(this.retryAfter === undefined ? {} : { retry_after: this.retryAfter, global: false }),
    };
  }
}

/** Discord nests its messages by path and ends each path with `_errors`. */
function errorTree(issues: readonly Issue[]): ErrorTree {
  const root: ErrorTree = {};
  for (const { path, code, message } of issues) {
    let node = root;
    for (const step of path) {
      const known = node[step];
      const next = known && !Array.isArray(known) ? known : {};
      node[step] = next;
      node = next;
    }
    const own = node._errors;
    node._errors = [...(Array.isArray(own) ? own : []), { code, message }];
  }
  return root;
}

export const refusals = {
  unauthorized: () => new DiscordError(401, 0, '401: Unauthorized'),
  unknownRoute: () => new DiscordError(404, 0, '404: Not Found'),
  wrongMethod: () => new DiscordError(405, 0, '405: Method Not Allowed'),
  wrongVersion: () => new DiscordError(400, 50041, 'Invalid API version provided'),
  unknownChannel: () => new DiscordError(404, 10003, 'Unknown Channel'),
  unknownMember: () => new DiscordError(404, 10007, 'Unknown Member'),
  unknownMessage: () => new DiscordError(404, 10008, 'Unknown Message'),
  unknownRole: () => new DiscordError(404, 10011, 'Unknown Role'),
  unknownUser: () => new DiscordError(404, 10013, 'Unknown User'),
  unknownWebhook: () => new DiscordError(404, 10015, 'Unknown Webhook'),
  unknownInteraction: () => new DiscordError(404, 10062, 'Unknown interaction'),
  unknownCommand: () => new DiscordError(404, 10063, 'Unknown application command'),
  tooManyLateEdits: (retryAfter: number) =>
    new DiscordError(429, 30046, 'Maximum number of edits to messages older than 1 hour reached. Try again later.', {
      retryAfter,
    }),
  tooLarge: () => new DiscordError(413, 40005, 'Request entity too large'),
  alreadyAcknowledged: () => new DiscordError(400, 40060, 'Interaction has already been acknowledged.'),
  missingAccess: () => new DiscordError(403, 50001, 'Missing Access'),
  notYours: () => new DiscordError(403, 50005, 'Cannot edit a message authored by another user'),
  emptyMessage: () => new DiscordError(400, 50006, 'Cannot send an empty message'),
  missingPermissions: () => new DiscordError(403, 50013, 'Missing Permissions'),
  expiredToken: () => new DiscordError(401, 50027, 'Invalid Webhook Token'),
  invalidModal: (issues: Issue[]) => new DiscordError(400, 50035, 'Invalid Modal Body', { issues }),
  threadExists: () => new DiscordError(400, 160004, 'A thread has already been created for this message'),
  threadLocked: () => new DiscordError(400, 160005, 'Thread is locked'),
  threadArchived: () => new DiscordError(400, 50083, 'Thread is archived'),
  invalidJson: () => new DiscordError(400, 50109, 'The request body contains invalid JSON.'),
} as const;
