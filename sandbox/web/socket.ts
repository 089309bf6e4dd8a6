import type { PageCalls, PageMessage, PageRequest } from '../server/page/protocol.ts';

type Pending = { resolve(value: never): void; reject(error: Error): void };

const RECONNECT_MS = 1000;

/** The connection to the sandbox as one person. It reconnects automatically, since the bot is often restarted. */
export class Line {
  readonly #hear: (message: PageMessage) => void;
  readonly #onLost: () => void;
  readonly #pending = new Map<number, Pending>();
  #socket: WebSocket | undefined;
  #user = '';
  #next = 1;

  constructor(hear: (message: PageMessage) => void, onLost: () => void) {
    this.#hear = hear;
    this.#onLost = onLost;
  }

  open(user: string): void {
    this.#user = user;
    this.#socket?.close();
    const socket = new WebSocket(`ws://${location.host}/page?user=${user}`);
    this.#socket = socket;
    socket.onmessage = (event) => this.#receive(JSON.parse(event.data) as PageMessage);
    socket.onclose = () => {
      if (this.#socket !== socket) return;
      for (const { reject } of this.#pending.values()) reject(new Error('The sandbox is not reachable.'));
      this.#pending.clear();
      this.#onLost();
      setTimeout(() => this.#socket === socket && this.open(this.#user), RECONNECT_MS);
    };
  }

  /** Rejects with the error message of the sandbox. */
  call<M extends keyof PageCalls>(method: M, params: Parameters<PageCalls[M]>[0]): Promise<ReturnType<PageCalls[M]>> {
    return new Promise((resolve, reject) => {
      if (this.#socket?.readyState !== WebSocket.OPEN) {
        reject(new Error('The sandbox is not reachable.'));
        return;
      }
      const request: PageRequest = { id: this.#next++, method, params };
      this.#pending.set(request.id, { resolve, reject });
      this.#socket.send(JSON.stringify(request));
    });
  }

  #receive(message: PageMessage): void {
    if (message.kind !== 'answer') {
      this.#hear(message);
      return;
    }
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (message.error === undefined) pending?.resolve(message.result as never);
    else pending?.reject(new Error(message.error));
  }
}
