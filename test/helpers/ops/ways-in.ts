import { askApi } from '../bot/api.ts';
import type { TestBot } from '../bot/bot.ts';
import { importButton } from './import-preview.ts';
import type { Reply } from './reply.ts';

/** A list as people and programs send it. */
export interface SentList {
  /** The ending says what a file holds, and which content type a program sends. */
  name: string;
  text: string;
}

/** The answer of the bot to a list. */
export interface ReadList {
  /** Everything that it answered, with the text of the attached files. */
  shown: string;
  /** Imports what is new. */
  import(): Promise<unknown>;
}

export type ListKind = 'proxies' | 'accounts';

const PLACES = {
  proxies: { command: '/proxy import', message: 'Import proxies', path: '/api/proxies/import' },
  accounts: { command: '/account import', message: 'Import accounts', path: '/api/accounts/import' },
} as const;

/** Every way in which a list comes into the bot. */
export const WAYS = {
  'the option of a file': async (bot, kind, list) => {
    const file = fileOf(list);
    return previewed(await bot.ops.command(PLACES[kind].command, { file }));
  },
  'a file in the modal': async (bot, kind, list) => {
    const opened = await bot.ops.command(PLACES[kind].command);
    return previewed(await opened.submit({ File: fileOf(list) }));
  },
  'a list in the modal': async (bot, kind, { text }) => {
    const opened = await bot.ops.command(PLACES[kind].command);
    return previewed(await opened.submit({ 'Or paste a list': text }));
  },
  'a message with a file': async (bot, kind, list) => {
    const message = await bot.ops.post({ files: [fileOf(list)] });
    return previewed(await bot.ops.messageCommand(PLACES[kind].message, message));
  },
  'a message with a list': async (bot, kind, { text }) => {
    const message = await bot.ops.post({ content: text });
    return previewed(await bot.ops.messageCommand(PLACES[kind].message, message));
  },
  'a request of the API': async (bot, kind, list) => {
    const { path } = PLACES[kind];
    const headers = { 'content-type': CONTENT_TYPES[list.name.split('.').at(-1) ?? ''] ?? 'text/plain' };
    const shown = await (await askApi(bot, path, { method: 'POST', headers, body: list.text })).text();
    const { plan } = JSON.parse(shown) as { plan?: number };
    return { shown, import: () => askApi(bot, `${path}?mode=commit&plan=${plan}`, { method: 'POST' }) };
  },
} satisfies Record<string, (bot: TestBot, kind: ListKind, list: SentList) => Promise<ReadList>>;
export type WayIn = keyof typeof WAYS;
export const WAYS_IN = Object.keys(WAYS) as WayIn[];

const CONTENT_TYPES: Record<string, string> = { csv: 'text/csv', json: 'application/json' };

const fileOf = ({ name, text }: SentList) => ({ name, data: Buffer.from(text) });

/** A preview with the files that are attached to it. */
export async function previewed(preview: Reply): Promise<ReadList> {
  const files = await Promise.all(preview.files.map(async (file) => (await file.bytes()).toString()));
  const label = importButton(preview);
  return {
    shown: [preview.text, ...files].join('\n'),
    import: async () => (label === undefined ? undefined : preview.click(label)),
  };
}
