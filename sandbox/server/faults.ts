import type { Gateway } from './gateway/gateway.ts';
import { BOT_ROLE_ID, GUILD_ID } from './ids.ts';
import { Intent } from './protocol.ts';
import { mentionableRole, Permission } from './state/people.ts';
import type { SandboxState } from './state/state.ts';

/**
 * Part of `POST /channels/1/messages` (method, blank, path without version), or a pattern for it; if absent, every
 * request.
 */
type RoutePattern = string | RegExp;

interface Matching {
  route?: RoutePattern;
  /** So many requests to the route pass before. */
  after?: number;
}

export interface RateLimitFault extends Matching {
  /** Number of requests that get a 429. */
  count: number;
  retryAfterMs: number;
  /** Whether it is the limit over all routes. */
  global?: boolean;
}

export interface FailureFault extends Matching {
  /** 500, 502, 503, 429 without Retry-After, … */
  status: number;
  count: number;
  /** Discord's code in the body. */
  code?: number;
}

/** A server in front of Discord answers with a page of HTML, and Discord never sees the request. */
export interface EdgePageFault extends Matching {
  status: number;
  count: number;
  /** In seconds; if absent, the page does not say how long it applies. */
  retryAfter?: number;
  /** Whether the answer looks like one of Discord, as Cloudflare sends it for some limits. */
  isJson?: boolean;
}

/** The requests are carried out, and the connection breaks before the answer. */
export interface LostAnswerFault extends Matching {
  count: number;
}

/** A fault of a download: gone, stalled halfway, endless, or redirected. */
export type AttachmentFault = 'missing' | 'hang' | 'endless' | { redirect: string };

export type RequestFault =
  | ({ kind: 'rate-limit' } & RateLimitFault)
  | ({ kind: 'failure' } & FailureFault)
  | ({ kind: 'edge-page' } & EdgePageFault)
  | ({ kind: 'lost-answer' } & LostAnswerFault);

/** Faults on demand. */
export class Faults {
  readonly #state: SandboxState;
  readonly #gateway: Gateway;
  #requestFaults: RequestFault[] = [];
  readonly #attachmentFaults = new Map<string, AttachmentFault>();
  #callbackDelayMs = 0;
  #isDown = false;
  #silence: PromiseWithResolvers<void> | undefined;
  #gatewayPage: Pick<EdgePageFault, 'status'> | undefined;
  #taken = 0;

  constructor(state: SandboxState, gateway: Gateway) {
    this.#state = state;
    this.#gateway = gateway;
  }

  /** The next `count` requests to the route are answered with 429. */
  rateLimit(fault: RateLimitFault): void {
    this.#requestFaults.push({ kind: 'rate-limit', ...fault });
  }

  /** The next `count` requests to the route are answered with this status, and do nothing. */
  fail(fault: FailureFault): void {
    this.#requestFaults.push({ kind: 'failure', ...fault });
  }

  /** The next `count` requests to the route are answered with a page of Cloudflare, and do nothing. */
  answerAtEdge(fault: EdgePageFault): void {
    this.#requestFaults.push({ kind: 'edge-page', ...fault });
  }

  /** While it lasts, the gateway is not reached: Cloudflare answers with a page. */
  hideGateway(page: Pick<EdgePageFault, 'status'> | undefined): void {
    this.#gatewayPage = page;
  }

  /** The next `count` requests to the route are carried out, and their answers are lost. */
  loseAnswers(fault: LostAnswerFault): void {
    this.#requestFaults.push({ kind: 'lost-answer', ...fault });
  }

  /** Closes the bot's gateway connections with a close code; their sessions are gone. */
  closeGateway(code: number): void {
    this.#gateway.cut({ canResume: false, code });
  }

  /** While it lasts, neither the API nor the gateway accepts the token. */
  revokeToken(isRevoked: boolean): void {
    this.#gateway.isTokenRevoked = isRevoked;
  }

  /**
   * Ends the bot's gateway connections.
   *
   * @param how.canResume whether the session can be resumed
   * @param how.announced asks the bot to reconnect first, instead of closing the connection
   */
  cutGateway(how: { canResume: boolean; announced?: boolean }): void {
    this.#gateway.cut(how);
  }

  /** While it lasts, API and gateway reset every connection. */
  outage(isOn: boolean): void {
    this.#isDown = isOn;
    if (isOn) this.#gateway.cut({ canResume: true });
  }

  /** While it lasts, no request to the API is answered or carried out; when it ends, their connections are reset. */
  silence(isOn: boolean): void {
    this.#silence?.resolve();
    this.#silence = isOn ? Promise.withResolvers() : undefined;
  }

  /** Callbacks of interactions arrive this much later. */
  delayCallbacks(delayMs: number): void {
    this.#callbackDelayMs = delayMs;
  }

  /** Deletes a message, as a member would. */
  forgetMessage(messageId: string): void {
    this.#state.removeMessage(messageId);
  }

  /** Adds a role that anyone may mention to the server, as a member would. @returns its id */
  addRole(name: string): string {
    const role = mentionableRole(this.#state.ids.next(), name);
    this.#state.roles = [...this.#state.roles, role];
    this.#gateway.dispatch('GUILD_ROLE_CREATE', { guild_id: GUILD_ID, role }, Intent.guilds);
    return role.id;
  }

  /** Deletes a role of the server, as a member would. */
  removeRole(roleId: string): void {
    this.#state.roles = this.#state.roles.filter(({ id }) => id !== roleId);
    this.#gateway.dispatch('GUILD_ROLE_DELETE', { guild_id: GUILD_ID, role_id: roleId }, Intent.guilds);
  }

  /** Takes a permission away from the bot, or gives it back, as a member would. */
  allowBot(permission: keyof typeof Permission, isAllowed: boolean): void {
    this.#state.roles = this.#state.roles.map((role) => {
      if (role.id !== BOT_ROLE_ID) return role;
      const others = BigInt(role.permissions) & ~Permission[permission];
      const changed = { ...role, permissions: (isAllowed ? others | Permission[permission] : others).toString() };
      this.#gateway.dispatch('GUILD_ROLE_UPDATE', { guild_id: GUILD_ID, role: changed }, Intent.guilds);
      return changed;
    });
  }

  /** Archives a thread, as time or a member would, and locks it, as a moderator would. */
  archiveThread(id: string, { isLocked = false }: { isLocked?: boolean } = {}): void {
    this.#state.changeThread(id, { isArchived: true, isLocked });
  }

  /** Deletes a thread, as a moderator would. */
  removeThread(id: string): void {
    this.#state.removeThread(id);
  }

  /** Makes downloads of an attachment fail; it is given by id, file name or link. */
  attachment(name: string, fault: AttachmentFault): void {
    this.#attachmentFaults.set(name, fault);
  }

  /** Ends all faults. */
  clear(): void {
    this.#requestFaults = [];
    this.#attachmentFaults.clear();
    this.#callbackDelayMs = 0;
    this.#isDown = false;
    this.silence(false);
    this.hideGateway(undefined);
    this.#gateway.isTokenRevoked = false;
  }

  /** How many requests have met a fault so far. */
  get taken(): number {
    return this.#taken;
  }

  get isTokenRevoked(): boolean {
    return this.#gateway.isTokenRevoked;
  }

  /** Resolves when the silence is over; undefined if there is none. */
  get silenced(): Promise<void> | undefined {
    return this.#silence?.promise;
  }

  /** The page for a connection to the gateway, if there is one; counts it as a fault that was met. */
  takeGatewayPage(): Pick<EdgePageFault, 'status'> | undefined {
    if (this.#gatewayPage) this.#taken += 1;
    return this.#gatewayPage;
  }

  get isDown(): boolean {
    return this.#isDown;
  }

  get callbackDelayMs(): number {
    return this.#callbackDelayMs;
  }

  /** The fault for a request, which is then used up. */
  take(request: string): RequestFault | undefined {
    const fault = this.#requestFaults.find(({ route }) => matches(route, request));
    if (!fault) return undefined;
    if (fault.after !== undefined && fault.after > 0) {
      fault.after -= 1;
      return undefined;
    }
    this.#taken += 1;
    fault.count -= 1;
    this.#requestFaults = this.#requestFaults.filter((one) => one.count > 0);
    return fault;
  }

  attachmentFault(path: string): AttachmentFault | undefined {
    const found = [...this.#attachmentFaults].find(([name]) => path.split('/').includes(lastPath(name)));
    return found?.[1];
  }
}

function matches(route: RoutePattern | undefined, request: string): boolean {
  if (route === undefined) return true;
  return typeof route === 'string' ? request.includes(route) : route.test(request);
}

/** A link is identified by the id in it; an id or a name stands for itself. */
function lastPath(name: string): string {
  return name.startsWith('http') ? (new URL(name).pathname.split('/').at(-2) ?? name) : name;
}
