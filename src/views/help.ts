import { MAX_ACCOUNTS_PER_PROXY } from '../domain/proxies/proxy.ts';
import type { Level } from '../kit/level.ts';
import { card, text } from '../kit/parts.ts';
import type { View } from '../kit/view.ts';

export const HELP_TOPICS = [
  'start',
  'import',
  'formats',
  'proxies',
  'accounts',
  'vps',
  'health',
  'alerts',
  'roles',
] as const;
export type HelpTopic = (typeof HELP_TOPICS)[number];

const TOPICS: Record<HelpTopic, readonly string[]> = {
  start: [
    '### Proxy Ops: where to begin',
    '1. `/proxy import` with the file that your provider gave you. Nothing is written before you press **Import**.',
    '2. `/proxy list` shows the pool; its menu opens one proxy.',
    '3. `/account import` takes your accounts in and gives them proxies, `/account add` takes one; `/proxy fill` plans all that have none.',
    '4. `/proxy show` has everything about one proxy, and its **Credentials** for you alone.',
    '',
    '-# `/help topic:` import · formats · proxies · accounts · vps · health · alerts · roles',
  ],
  import: [
    '### Importing',
    '`/proxy import file:` reads `.csv`, `.tsv`, `.txt`, `.json` and `.csv.gz`, up to 25 MiB or 200,000 rows. Without a file a form opens, with a field to paste into.',
    'On a message that has a file or a list: **Apps** → **Import proxies** or **Import accounts**; then `Delete message` takes what was pasted away.',
    'The preview says what every line becomes. `Import` adds the new ones, `Update` takes over a new password or type, `Add as new` keeps both, `Undo` takes the import back.',
    'A preview can be applied for 24 hours, by anybody who may. Whoever clicks second changes nothing twice.',
  ],
  formats: [
    '### Lines that are read',
    '```\nhost:port\nhost:port:user:password\nuser:password@host:port\nuser:password:host:port\nhost:port@user:password\nsocks5://user:password@host:port\n[2001:db8::7]:8080:user:password\nhost;port;user;password\nhost:port:user:password[https://change-ip.link]\n```',
    'Also CSV with a header, JSON, UTF-16 and Windows-1252, comments, bullets and code fences. `socks5:` alone on a line sets the type for what follows.',
    'A line that is not understood is rejected with its number and the reason; where a list has two readings, the preview asks.',
  ],
  proxies: [
    '### Looking at proxies',
    '`/proxy list` filters by `status`, `health`, `usage`, `model`, `provider`, `country`, `tag` and `search`, and sorts by any column.',
    'Every proxy has a number, such as `#1042`. It is accepted everywhere; behind a gateway it is the only name that tells two apart.',
    '`/proxy show` takes a number, an address, or a part of a host, username or label.',
  ],
  accounts: [
    '### Accounts and their proxies',
    `A proxy carries at most ${MAX_ACCOUNTS_PER_PROXY} accounts, all of one model; an account has one proxy. The database refuses anything else.`,
    '`/account add` takes the best proxy at once: an unused one first, then the least loaded of the model. Without one the account waits, and is served by itself as soon as there is room.',
    '`/proxy assign` chooses or moves, `/proxy unassign` takes it away and holds the account, `/proxy fill` plans everybody who has none, and says what is missing. What a rule forbids is refused with the rule, and the nearest allowed proxy on a button.',
    '`/account import` reads CSV (`username, model, vps, label, notes`) or one username a line. Its preview says who gets which proxy, who waits and what is missing; `Import and assign` does both at once, `Update` takes over another model or VPS of known accounts.',
    '`/account edit` changes label, notes and VPS at once; another model moves the proxy too, after a preview. `/account list`, `/account show` and `/account models` show who has what.',
  ],
  vps: [
    '### Which VPS uses what',
    '`/vps add` documents a VPS in an environment; `/vps assign` says which accounts it manages, one or all of a model.',
    'Which proxies it uses follows from its accounts. `/vps link` writes down a proxy that no account of it uses.',
    '`/vps map` shows all of it, and where it parts from what is written down: links that nobody uses, use that nobody wrote down, proxies with more than one VPS. Each has its remedy on a button.',
    '`/vps import` reads the old spreadsheet (`vps`, `proxy`, `account`, `environment`, `notes`); `/vps export` writes it. `/vps token` gives the programs on a VPS their own key to the API.',
  ],
  health: [
    '### Health',
    'Every active proxy is checked by its protocol, with its credentials, to an HTTPS target whose certificate is verified. Three bad checks in a row make it **failing**, two good ones **healthy**; in between it is **degraded**.',
    'A failing proxy gets no new accounts and is checked less and less often. Nothing is switched off by a check.',
    'Where the targets do not answer without a proxy, or most of what was well fails together, the monitor says that it is itself at fault and blames no proxy.',
    '`/proxy test` checks one proxy, or all that a filter finds, at once; `Retest` stands on every card and alert.',
  ],
  alerts: [
    '### Alerts',
    'Proxies that fail together are one message in the ops channel: it grows, and closes with how long it took. Models that meet on one exit IP, and proxies that expire soon, are told too.',
    '`Retest` checks them again, `Reassign` plans their accounts onto other proxies, `Deactivate` switches them off, `Mute` keeps the alert quiet, `Details` lists every proxy.',
    '`/alerts settings failover:` **suggest** says how many accounts could move; **auto** moves them by itself, at most a tenth of a provider’s an hour. Nothing moves back by itself.',
    '`/alerts list` shows what is open, muted or could not be delivered; `/alerts mute` silences a proxy, a provider or everything for some hours; 0 hours ends it.',
  ],
  roles: [
    '### Who may do what',
    '**viewer** reads; usernames are masked. **operator** imports and sees credentials, alone. **admin** also changes more than 500 proxies at once.',
    'Members with *Manage Server* are admins. The roles are set by `VIEWER_ROLE_IDS`, `OPERATOR_ROLE_IDS` and `ADMIN_ROLE_IDS`.',
  ],
};

/** One topic of the help, and what the reader may do. */
export function helpCard(topic: HelpTopic, level: Level): View {
  return {
    components: [
      card('neutral', text(...TOPICS[topic]), text(`-# You are ${level === 'viewer' ? 'a viewer' : `an ${level}`}.`)),
    ],
  };
}
