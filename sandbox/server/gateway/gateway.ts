import { type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import type { SandboxClock } from '../clock.ts';
import type { Upgrade } from '../http/request-url.ts';
import { receiveFrom } from '../http/socket.ts';
import { APPLICATION_ID, GUILD_ID } from '../ids.ts';
import { parseJson } from '../json.ts';
import { Intent, Opcode } from '../protocol.ts';
import { BOT_USER, guildCreatePayload } from '../state/people.ts';
import type { SandboxState } from '../state/state.ts';
import { threadPayload } from '../state/threads.ts';
import { Session } from './session.ts';

const HEARTBEAT_INTERVAL_MS = 41_250;
/** How long a session can be resumed. */
const RESUMABLE_FOR_MS = 60_000;
/** All intents that exist: bits 0 to 16, 20, 21, 24 and 25. Others are invalid. */
const ALL_INTENTS = 0x1ffff | (0b11 << 20) | (0b11 << 24);

/** Close codes of https://discord.com/developers/docs/topics/opcodes-and-status-codes. */
const Close = {
  unknownOpcode: 4001,
  decodeError: 4002,
  notAuthenticated: 4003,
  authenticationFailed: 4004,
  alreadyAuthenticated: 4005,
  invalidSequence: 4007,
  invalidVersion: 4012,
  invalidIntents: 4013,
} as const;

const frame = z.object({ op: z.int(), d: z.unknown().optional() });
const identify = z.object({
  token: z.string(),
  intents: z.int(),
  properties: z.object({ os: z.string(), browser: z.string(), device: z.string() }),
});
const resume = z.object({ token: z.string(), session_id: z.string(), seq: z.int() });

/** The gateway, version 10, in JSON and uncompressed. */
export class Gateway {
  readonly #server = new WebSocketServer({ noServer: true });
  readonly #sessions = new Map<string, Session>();
  readonly #state: SandboxState;
  readonly #clock: SandboxClock;
  readonly #botToken: string;
  readonly #url: string;
  /** Whether no token is accepted, the bot's own included. */
  isTokenRevoked = false;

  constructor(state: SandboxState, clock: SandboxClock, botToken: string, url: string) {
    this.#state = state;
    this.#clock = clock;
    this.#botToken = botToken;
    this.#url = url;
  }

  /** Whether a bot is connected and identified. */
  get isConnected(): boolean {
    return this.#live().length > 0;
  }

  accept({ url, request, socket, head, onError }: Upgrade): void {
    this.#server.handleUpgrade(request, socket, head, (connection) => {
      if (url.searchParams.get('v') !== '10') return connection.close(Close.invalidVersion, 'Invalid API version.');
      this.#greet(connection, onError);
    });
  }

  /** Dispatches to every session with these intents; disconnected ones receive it when they resume. */
  dispatch(name: string, data: unknown, intent = 0): void {
    this.dispatchEach(name, () => data, intent);
  }

  /** Dispatches an event whose data depends on the intents of the session. */
  dispatchEach(name: string, data: (session: Session) => unknown, intent = 0): void {
    for (const session of this.#sessions.values()) {
      if (session.has(intent)) session.dispatch(name, data(session));
    }
  }

  cut(how: { canResume: boolean; announced?: boolean; code?: number }): void {
    const live = this.#live();
    if (!how.canResume) this.#sessions.clear();
    for (const socket of live) {
      if (how.announced) send(socket, Opcode.reconnect, null);
      else if (how.code !== undefined) socket.close(how.code);
      else socket.terminate();
    }
  }

  close(): void {
    this.#sessions.clear();
    for (const socket of this.#server.clients) socket.terminate();
    this.#server.close();
  }

  #live(): WebSocket[] {
    return [...this.#sessions.values()].flatMap((session) => session.socket ?? []);
  }

  #greet(socket: WebSocket, onError: Upgrade['onError']): void {
    let session: Session | undefined;
    const receive = (text: string) => {
      session = this.#receive(socket, session, text) ?? session;
    };
    receiveFrom(socket, { receive, onError });
    socket.on('close', (code) => this.#lose(socket, session, code));
    send(socket, Opcode.hello, { heartbeat_interval: HEARTBEAT_INTERVAL_MS });
  }

  /** Returns the new session of the connection, if it changes. */
  #receive(socket: WebSocket, session: Session | undefined, text: string): Session | undefined {
    const message = frame.safeParse(parseJson(text));
    if (!message.success) return this.#refuse(socket, Close.decodeError, 'Error while decoding payload.');
    const { op, d } = message.data;
    switch (op) {
      case Opcode.heartbeat:
        send(socket, Opcode.heartbeatAck, null);
        return undefined;
      case Opcode.identify:
        if (session) return this.#refuse(socket, Close.alreadyAuthenticated, 'Already authenticated.');
        return this.#identify(socket, d);
      case Opcode.resume:
        return this.#resume(socket, d);
      case Opcode.presence:
      case Opcode.requestMembers:
        return session ? undefined : this.#refuse(socket, Close.notAuthenticated, 'Not authenticated.');
      default:
        return this.#refuse(socket, Close.unknownOpcode, `Unknown opcode ${op}.`);
    }
  }

  #identify(socket: WebSocket, data: unknown): Session | undefined {
    const parsed = identify.safeParse(data);
    if (!parsed.success) return this.#refuse(socket, Close.decodeError, z.prettifyError(parsed.error));
    const { token, intents } = parsed.data;
    if (!this.#accepts(token)) return this.#refuse(socket, Close.authenticationFailed, 'Authentication failed.');
    if ((intents & ~ALL_INTENTS) !== 0) return this.#refuse(socket, Close.invalidIntents, 'Invalid intent(s).');
    const session = new Session(intents);
    this.#sessions.set(session.id, session);
    session.attach(socket);
    session.dispatch('READY', {
      v: 10,
      user: { ...BOT_USER, verified: true, mfa_enabled: true, email: null, flags: 0 },
      guilds: [{ id: GUILD_ID, unavailable: true }],
      session_id: session.id,
      session_type: 'normal',
      resume_gateway_url: this.#url,
      shard: [0, 1],
      application: { id: APPLICATION_ID, flags: 0 },
      private_channels: [],
      relationships: [],
      user_settings: {},
      presences: [],
      geo_ordered_rtc_regions: [],
      guild_join_requests: [],
    });
    if (session.has(Intent.guilds)) session.dispatch('GUILD_CREATE', this.#guild());
    this.#state.events.emit({ kind: 'gateway', isConnected: true });
    return session;
  }

  #resume(socket: WebSocket, data: unknown): Session | undefined {
    const parsed = resume.safeParse(data);
    if (!parsed.success) return this.#refuse(socket, Close.decodeError, z.prettifyError(parsed.error));
    if (!this.#accepts(parsed.data.token)) {
      return this.#refuse(socket, Close.authenticationFailed, 'Authentication failed.');
    }
    const session = this.#sessions.get(parsed.data.session_id);
    if (!session) {
      send(socket, Opcode.invalidSession, false);
      return undefined;
    }
    session.socket?.terminate();
    session.attach(socket);
    if (!session.replay(parsed.data.seq)) return this.#refuse(socket, Close.invalidSequence, 'Invalid seq.');
    session.dispatch('RESUMED', { _trace: [] });
    this.#state.events.emit({ kind: 'gateway', isConnected: true });
    return session;
  }

  /** An archived thread is not part of it. */
  #guild() {
    const threads = [...this.#state.threads.values()].filter(({ isArchived }) => !isArchived);
    return guildCreatePayload(this.#state.roles, threads.map(threadPayload));
  }

  #accepts(token: string): boolean {
    return token === this.#botToken && !this.isTokenRevoked;
  }

  /** A clean close (1000, 1001) ends the session; otherwise it can be resumed for a while. */
  #lose(socket: WebSocket, session: Session | undefined, code: number): void {
    if (!session || session.socket !== socket) return;
    session.detach();
    if (code === 1000 || code === 1001) this.#sessions.delete(session.id);
    else {
      this.#clock.after(RESUMABLE_FOR_MS, () => {
        if (!session.socket) this.#sessions.delete(session.id);
      });
    }
    this.#state.events.emit({ kind: 'gateway', isConnected: this.isConnected });
  }

  #refuse(socket: WebSocket, code: number, reason: string): undefined {
    this.#state.events.emit({
      kind: 'violation',
      violation: { at: this.#clock.now(), where: 'gateway', status: 0, code, message: reason, details: [] },
    });
    // A close frame carries 123 bytes (RFC 6455, 5.5).
    socket.close(code, Buffer.from(reason).subarray(0, 120).toString());
  }
}

function send(socket: WebSocket, op: number, data: unknown): void {
  socket.send(JSON.stringify({ op, d: data, s: null, t: null }));
}
