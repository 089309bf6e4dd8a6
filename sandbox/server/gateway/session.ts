import { randomBytes } from 'node:crypto';
import type { WebSocket } from 'ws';
import { Opcode } from '../protocol.ts';

/** Discord keeps events for a bot that is away; how many, it does not tell. */
const EVENTS_KEPT = 1_000;

interface SentEvent {
  op: number;
  t: string;
  s: number;
  d: unknown;
}

/** What one login of the bot has been told, so that it can go on after its connection broke. */
export class Session {
  readonly id = randomBytes(16).toString('hex');
  readonly intents: number;
  #socket: WebSocket | undefined;
  #sequence = 0;
  #sent: SentEvent[] = [];

  constructor(intents: number) {
    this.intents = intents;
  }

  get socket(): WebSocket | undefined {
    return this.#socket;
  }

  attach(socket: WebSocket): void {
    this.#socket = socket;
  }

  detach(): void {
    this.#socket = undefined;
  }

  has(intent: number): boolean {
    return (this.intents & intent) === intent;
  }

  /** Sends an event, or keeps it until the bot is back. */
  dispatch(name: string, data: unknown): void {
    this.#sequence += 1;
    const event = { op: Opcode.dispatch, t: name, s: this.#sequence, d: data };
    this.#sent = [...this.#sent.slice(1 - EVENTS_KEPT), event];
    this.#socket?.send(JSON.stringify(event));
  }

  /** Sends again what came after `sequence`; false where that number was never reached. */
  replay(sequence: number): boolean {
    if (sequence > this.#sequence) return false;
    for (const event of this.#sent.filter(({ s }) => s > sequence)) this.#socket?.send(JSON.stringify(event));
    return true;
  }
}
