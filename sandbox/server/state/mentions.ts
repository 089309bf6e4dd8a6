import type { Mentions } from './model.ts';
import { type ApiRole, findUser } from './people.ts';

/** `allowed_mentions` of a message; without it, every mention pings. */
export interface AllowedMentions {
  parse?: string[] | null;
  users?: string[] | null;
  roles?: string[] | null;
}

/**
 * The mentions in these texts. Discord treats text displays like `content`. No member here may mention every role, so only a role that anyone may mention pings.
 */
export function mentionsIn(texts: string[], roles: readonly ApiRole[], allowed?: AllowedMentions | null): Mentions {
  const text = texts.join('\n');
  const userIds = idsIn(text, /<@!?(\d+)>/g).filter((id) => findUser(id));
  const roleIds = idsIn(text, /<@&(\d+)>/g).filter((id) => roles.some((role) => role.id === id && role.mentionable));
  const parse = allowed ? (allowed.parse ?? []) : ['users', 'roles', 'everyone'];
  return {
    userIds: userIds.filter((id) => parse.includes('users') || allowed?.users?.includes(id)),
    roleIds: roleIds.filter((id) => parse.includes('roles') || allowed?.roles?.includes(id)),
    everyone: parse.includes('everyone') && /@(everyone|here)\b/.test(text),
  };
}

function idsIn(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].flatMap((match) => match[1] ?? []))];
}
