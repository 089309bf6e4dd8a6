import type { WebSocket } from 'ws';
import { z } from 'zod';
import type { ProviderFault } from '../../sources/provider-server.ts';
import type { SourceState } from '../../sources/sources.ts';
import type { SupplyChange } from '../../sources/supply.ts';
import type { Upgrade } from '../http/request-url.ts';
import { receiveFrom } from '../http/socket.ts';
import { CHANNEL_ID, USER_IDS, type UserName } from '../ids.ts';
import type { Sandbox } from '../index.ts';
import { parseJson } from '../json.ts';
import type { ModalValues } from '../operator/modal.ts';
import type { OptionValues } from '../operator/options.ts';
import type { Operator } from '../operator.ts';
import { ROLES } from '../state/people.ts';
import type { Upload } from '../state/state.ts';
import type { PageCalls, PageFile, PageMessage } from './protocol.ts';

/** Fills the pool with sample data; the page shows each line that it reports. */
export type SampleLoader = (report: (line: string) => void) => Promise<void>;

/** Takes the proxies of a provider down and brings them back. */
export interface ProviderSwitches {
  list(): { name: string; isDown: boolean }[];
  switch(name: string, isDown: boolean): Promise<void>;
  subscribe(listener: () => void): () => void;
}

/** A file that people can download to try an import with it. */
export interface ExampleFile {
  name: string;
  title: string;
  text(): string;
}

/** Providers whose lists people can change. */
export interface SourceControls {
  list(): SourceState[];
  change(kind: string, change: SupplyChange): void;
  break(kind: string, fault: ProviderFault | null): void;
  subscribe(listener: () => void): () => void;
}

export interface PageDeps {
  sandbox: Sandbox;
  /** Absent if there is nothing to load. */
  sample: () => SampleLoader | undefined;
  /** Providers whose proxies can be taken down; absent if there are none. */
  providers?: ProviderSwitches;
  /** Providers that sources can be synchronized from; absent if there are none. */
  sources?: SourceControls;
  /** Files to try imports with; absent if there are none. */
  examples?: readonly ExampleFile[];
}

const PEOPLE: Record<UserName, { title: string; role: string }> = {
  ada: { title: 'Ada', role: 'admin' },
  otto: { title: 'Otto', role: 'operator' },
  olga: { title: 'Olga', role: 'operator' },
  vera: { title: 'Vera', role: 'viewer' },
  sam: { title: 'Sam', role: 'stranger' },
  grace: { title: 'Grace', role: 'owner' },
};

/** RFC 6455, 7.4.1: data that does not match the type of the message. */
const CANNOT_READ = 1007;

const pageRequest = z.object({ id: z.number(), method: z.string(), params: z.unknown() });

const RATE_LIMITED_REQUESTS = 3;
const RATE_LIMIT_MS = 5000;

export function isUserName(name: string): name is UserName {
  return Object.hasOwn(PEOPLE, name);
}

/** Serves one browser window as one person: sends events and handles requests. */
export function serveConnection(socket: WebSocket, name: UserName, deps: PageDeps & Pick<Upgrade, 'onError'>): void {
  const { sandbox, onError } = deps;
  const operator = sandbox.operator(name);
  const say = (message: PageMessage) => {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
  };
  say({
    kind: 'hello',
    user: { name, id: operator.userId },
    people: Object.entries(PEOPLE).map(([key, person]) => ({
      id: USER_IDS[key as UserName],
      name: key as UserName,
      ...person,
    })),
    roles: Object.fromEntries(ROLES.map(({ id, name }) => [id, name])),
    commands: operator.commands(),
    messages: [...operator.messages(), ...operator.threads().flatMap(({ id }) => operator.messagesIn(id))],
    threads: operator.threads(),
    requests: sandbox.requests,
    violations: sandbox.violations,
    isBotConnected: sandbox.isBotConnected,
    hasSample: deps.sample() !== undefined,
    providers: deps.providers?.list() ?? [],
    sources: deps.sources?.list() ?? [],
    examples: (deps.examples ?? []).map(({ name, title }) => ({ name, title })),
  });
  const { providers, sources } = deps;
  const stops = [
    sources?.subscribe(() => say({ kind: 'sources', sources: sources.list() })),
    providers?.subscribe(() => say({ kind: 'providers', providers: providers.list() })),
    operator.subscribe((event) =>
      say(event.kind === 'commands' ? { kind: 'commands', commands: operator.commands() } : event),
    ),
    sandbox.events.subscribe((event) => {
      if (event.kind === 'request' || event.kind === 'violation') say(event);
      if (event.kind === 'gateway')
        say({ kind: 'bot', isConnected: event.isConnected, hasSample: deps.sample() !== undefined });
    }),
  ];
  socket.on('close', () => {
    for (const stop of stops) stop?.();
  });
  const receive = (text: string) => {
    const asked = pageRequest.safeParse(parseJson(text));
    if (!asked.success) return socket.close(CANNOT_READ, 'Invalid request.');
    const { id, method, params } = asked.data;
    const calls = new Map<string, (params: never) => unknown>(Object.entries(callsOf(operator, deps, say)));
    const call = calls.get(method) ?? unknownCall;
    Promise.resolve()
      .then(() => call(params as never))
      .then(
        (result) => say({ kind: 'answer', id, result }),
        (error: unknown) => say({ kind: 'answer', id, error: error instanceof Error ? error.message : String(error) }),
      );
  };
  receiveFrom(socket, { receive, onError });
}

function unknownCall(): never {
  throw new Error('Unknown method.');
}

type Calls = { [K in keyof PageCalls]: (params: Parameters<PageCalls[K]>[0]) => unknown };

function callsOf(
  operator: Operator,
  { sandbox, sample, providers, sources }: PageDeps,
  say: (message: PageMessage) => void,
): Calls {
  return {
    command: async ({ path, options }) => void (await operator.command(path, withUploads(options))),
    autocomplete: ({ path, option, typed, options }) =>
      operator.autocomplete(path, option, typed, withUploads(options)),
    messageCommand: async ({ name, messageId }) => void (await operator.messageCommand(name, messageId)),
    click: async ({ messageId, customId }) => void (await operator.click(messageId, customId)),
    select: async ({ messageId, customId, values }) => void (await operator.select(messageId, customId, values)),
    submit: async ({ interactionId, values }) => void (await operator.submit(interactionId, modalValues(values))),
    post: async ({ content, files, threadId }) =>
      void (await operator.post({ content, files: files.map(toUpload), ...(threadId && { threadId }) })),
    remove: ({ messageId }) => operator.remove(messageId),
    cutGateway: () => sandbox.faults.cutGateway({ canResume: true }),
    rateLimit: () =>
      sandbox.faults.rateLimit({
        route: `/channels/${CHANNEL_ID}`,
        count: RATE_LIMITED_REQUESTS,
        retryAfterMs: RATE_LIMIT_MS,
      }),
    changeSupply: ({ kind, change }) => sources?.change(kind, change),
    breakProvider: ({ kind, fault }) => sources?.break(kind, fault),
    switchProvider: ({ name, isDown }) => providers?.switch(name, isDown),
    loadSample: () => sample()?.((line) => say({ kind: 'sample', line })),
  };
}

function isPageFile(value: unknown): value is PageFile {
  return typeof value === 'object' && value !== null && 'base64' in value;
}

function toUpload({ name, base64 }: PageFile): Upload {
  return { name, data: Buffer.from(base64, 'base64') };
}

function withUploads(options: Record<string, unknown>): OptionValues {
  return Object.fromEntries(
    Object.entries(options).map(([key, value]) => [key, isPageFile(value) ? toUpload(value) : value]),
  ) as OptionValues;
}

function modalValues(values: Record<string, unknown>): ModalValues {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      Array.isArray(value) && value.some(isPageFile) ? value.filter(isPageFile).map(toUpload) : value,
    ]),
  ) as ModalValues;
}
