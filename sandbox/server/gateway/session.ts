import { randomBytes } from 'node:crypto';
import type { WebSocket } from 'ws';
import { Opcode } from '../protocol.ts';

/** Discord keeps events for a disconnected bot; the number is not documented. */
const EVENTS_KEPT = 1_000;

interface SentEvent {
  op: number;
  t: string;
  s: number;
  d: unknown;
}

/** A gateway session: the events of one login, so that it can be resumed. */
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

  /** Sends an event, or keeps it until the bot resumes. */
  dispatch(name: string, data: unknown): void {
    this.#sequence += 1;
    const event = { op: Opcode.dispatch, t: name, s: this.#sequence, d: data };
    this.#sent = [...this.#sent.slice(1 - EVENTS_KEPT), event];
    this.#socket?.send(JSON.stringify(event));
  }

  /** Resends events after `sequence`; false if that number was never sent. */
  replay(sequence: number): boolean {
    if (sequence > this.#sequence) return false;
    for (const event of this.#sent.filter(({ s }) => s > sequence)) this.#socket?.send(JSON.stringify(event));
    return true;
  }
}
