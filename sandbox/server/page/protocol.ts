import type { ProviderFault } from '../../sources/provider-server.ts';
import type { SourceState } from '../../sources/sources.ts';
import type { SupplyChange } from '../../sources/supply.ts';
import type { UserName } from '../ids.ts';
import type { ModalValue } from '../operator/modal.ts';
import type { OperatorEvent } from '../operator.ts';
import type { RequestRecord, Violation } from '../state/events.ts';
import type { Choice, Command } from '../state/model.ts';
import type { ApiMessage } from '../state/render.ts';
import type { ApiThread } from '../state/threads.ts';

/** A file sent by the page, in base64. */
export interface PageFile {
  name: string;
  base64: string;
}

export type PageOption = string | number | boolean | PageFile;

/** Methods of the page; each request is answered by its id with a result or an error message. */
export interface PageCalls {
  command(call: { path: string; options: Record<string, PageOption> }): void;
  autocomplete(call: { path: string; option: string; typed: string; options: Record<string, PageOption> }): Choice[];
  messageCommand(call: { name: string; messageId: string }): void;
  click(call: { messageId: string; customId: string }): void;
  select(call: { messageId: string; customId: string; values: string[] }): void;
  submit(call: {
    interactionId: string;
    values: Record<string, Exclude<ModalValue, object> | string[] | PageFile[]>;
  }): void;
  post(call: { content: string; files: PageFile[]; threadId?: string }): void;
  remove(call: { messageId: string }): void;
  cutGateway(call: Record<string, never>): void;
  rateLimit(call: Record<string, never>): void;
  switchProvider(call: { name: string; isDown: boolean }): void;
  changeSupply(call: { kind: string; change: SupplyChange }): void;
  /** Begins a fault of a provider; null ends it. */
  breakProvider(call: { kind: string; fault: ProviderFault | null }): void;
  loadSample(call: Record<string, never>): void;
}

export interface PageRequest {
  id: number;
  method: keyof PageCalls;
  params: unknown;
}

/** Messages to the page: first the state, then events. */
export type PageMessage =
  | {
      kind: 'hello';
      user: { name: UserName; id: string };
      people: { id: string; name: UserName; title: string; role: string }[];
      roles: Record<string, string>;
      commands: Command[];
      /** Those of threads too. */
      messages: ApiMessage[];
      threads: ApiThread[];
      requests: readonly RequestRecord[];
      violations: readonly Violation[];
      isBotConnected: boolean;
      hasSample: boolean;
      providers: { name: string; isDown: boolean }[];
      /** Providers that sources can be synchronized from. */
      sources: SourceState[];
      /** Files to try imports with, under `/examples/`. */
      examples: { name: string; title: string }[];
    }
  | { kind: 'commands'; commands: Command[] }
  | { kind: 'bot'; isConnected: boolean; hasSample: boolean }
  | { kind: 'request'; request: RequestRecord }
  | { kind: 'violation'; violation: Violation }
  | { kind: 'sample'; line: string }
  | { kind: 'sources'; sources: SourceState[] }
  | { kind: 'providers'; providers: { name: string; isDown: boolean }[] }
  | { kind: 'answer'; id: number; result?: unknown; error?: string }
  | Exclude<OperatorEvent, { kind: 'commands' }>;
