import { createHash } from 'node:crypto';
import type { LoopbackProxy } from '../proxies/loopback-proxy.ts';
import type { ProviderApi } from './provider-api.ts';
import { type ProviderFault, ProviderServer } from './provider-server.ts';
import { proxySellerApi } from './proxy-seller.ts';
import { Supply, type SupplyChange } from './supply.ts';
import { webshareApi } from './webshare.ts';

export const SANDBOX_KINDS = ['webshare', 'proxy-seller'] as const;
export type SandboxKind = (typeof SANDBOX_KINDS)[number];

const APIS: Readonly<Record<SandboxKind, ProviderApi>> = { webshare: webshareApi, 'proxy-seller': proxySellerApi };

/** A provider as the page shows it. */
export interface SourceState {
  kind: SandboxKind;
  title: string;
  key: string;
  /** Number of proxies in its list. */
  proxies: number;
  fault: ProviderFault | null;
}

/** The same in each run, since the bot keeps it. */
export const keyOf = (kind: SandboxKind) => createHash('sha256').update(`sandbox ${kind}`).digest('hex').slice(0, 40);

interface Running {
  kind: SandboxKind;
  key: string;
  supply: Supply;
  server: ProviderServer;
}

/** Providers on this machine that sources can be synchronized from. What they list are real proxies. */
export class SandboxSources {
  readonly #running: readonly Running[];
  readonly #listeners = new Set<() => void>();

  private constructor(running: readonly Running[]) {
    this.#running = running;
  }

  /** @param proxiesOf the proxies that a provider sells */
  static async start(proxiesOf: (kind: SandboxKind) => readonly LoopbackProxy[]): Promise<SandboxSources> {
    const running = SANDBOX_KINDS.map((kind) => {
      const key = keyOf(kind);
      const supply = new Supply(proxiesOf(kind));
      return { kind, key, supply, server: new ProviderServer({ api: APIS[kind], key, supply }) };
    });
    for (const { server } of running) await server.start();
    return new SandboxSources(running);
  }

  /** The addresses of the APIs, for the bot. */
  get urls(): Record<SandboxKind, string> {
    return Object.fromEntries(this.#running.map(({ kind, server }) => [kind, server.url])) as Record<
      SandboxKind,
      string
    >;
  }

  list(): SourceState[] {
    return this.#running.map(({ kind, key, supply, server }) => ({
      kind,
      key,
      title: APIS[kind].title,
      proxies: supply.listed.length,
      fault: server.fault,
    }));
  }

  change(kind: string, change: SupplyChange): void {
    this.#of(kind).supply.change(change, new Date());
    this.#tell();
  }

  /** Begins a fault, or ends all of them. */
  break(kind: string, fault: ProviderFault | null): void {
    this.#of(kind).server.fault = fault;
    this.#tell();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async stop(): Promise<void> {
    for (const { server } of this.#running) await server.stop();
  }

  #of(kind: string): Running {
    const found = this.#running.find((each) => each.kind === kind);
    if (!found) throw new Error(`Unknown provider ${kind}.`);
    return found;
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
