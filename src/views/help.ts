import { FILTER_NAMES } from '../domain/proxies/filters.ts';
import { MAX_ACCOUNTS_PER_PROXY } from '../domain/proxies/proxy.ts';
import { TERM_KEYS } from '../domain/proxies/search.ts';
import { defineId } from '../kit/custom-id.ts';
import { type CommandInfo, commandMention, linkCommands, type OptionInfo } from '../kit/help/command-info.ts';
import type { Level } from '../kit/level.ts';
import { LIMITS } from '../kit/limits/limits.ts';
import { card, selectMenu, text } from '../kit/parts.ts';
import { truncate } from '../kit/text.ts';
import type { View } from '../kit/view.ts';
import { outcomeLines } from './alerts/incident/outcome-guide.ts';

export const HELP_TOPICS = [
  'start',
  'import',
  'formats',
  'proxies',
  'accounts',
  'vps',
  'health',
  'alerts',
  'outcomes',
  'roles',
  'proxy_commands',
  'account_commands',
  'vps_commands',
  'other_commands',
] as const;
export type HelpTopic = (typeof HELP_TOPICS)[number];

/** The topics that list commands: their titles, and the first words of these commands. */
const COMMANDS = {
  proxy_commands: { title: 'Commands for proxies', group: 'proxy' },
  account_commands: { title: 'Commands for accounts', group: 'account' },
  vps_commands: { title: 'Commands for VPS', group: 'vps' },
  other_commands: { title: 'Other commands', group: null },
} as const satisfies Partial<Record<HelpTopic, { title: string; group: string | null }>>;
type CommandTopic = keyof typeof COMMANDS;

const TOPICS: Record<Exclude<HelpTopic, CommandTopic>, readonly string[]> = {
  start: [
    '### Proxy Ops: getting started',
    '1. `/proxy import` with the file from your provider. Nothing is saved until you press **Import**.',
    '2. `/proxy list` shows the pool. Open a proxy from the select menu.',
    '3. `/account import` adds your accounts and assigns proxies to them, `/account add` adds one account. `/proxy fill` assigns proxies to all accounts without one.',
    '4. `/proxy show` shows everything about one proxy. Its **Credentials** button shows them to you only.',
    '',
    'Choose a topic below. The topics “… commands” list every command with its options.',
  ],
  import: [
    '### Importing',
    '`/proxy import file:` reads `.csv`, `.tsv`, `.txt`, `.json` and `.csv.gz`, up to 25 MiB or 200,000 rows. Without a file it opens a modal into which you can paste a list.',
    'On a message with a file or a list: **Apps** → **Import proxies** or **Import accounts**. `Delete message` then deletes that message.',
    'The preview shows what happens to each line. `Import` adds new proxies, `Update` saves a new password or type, `Add as new` keeps both, `Undo` reverts the import.',
    'A preview is valid for 24 hours and any operator can apply it. A second click has no effect.',
  ],
  formats: [
    '### Supported formats',
    '```\nhost:port\nhost:port:user:password\nuser:password@host:port\nuser:password:host:port\nhost:port@user:password\nsocks5://user:password@host:port\n[2001:db8::7]:8080:user:password\nhost;port;user;password\nhost:port:user:password[change-IP URL]\n```',
    'Also supported: CSV with a header row, JSON, UTF-16 and Windows-1252, comments, bullets and code fences. `socks5:` alone on a line sets the type for the lines below it.',
    'A line that is not understood is rejected with its number and the reason. If a list can be read in two ways, the preview asks.',
  ],
  proxies: [
    '### Proxies',
    `\`/proxy list\` filters by ${FILTER_NAMES.map((name) => `\`${name}\``).join(', ')}, and sorts by any column. A filter takes several values (\`a, b\`) and \`(none)\`.`,
    `\`search\` finds a number, an address, an account, a part of a host, username or label, and terms that must all hold: \`expires:<7d label:"Desk 7" ${TERM_KEYS.filter(
      (key) => !/^(expires|label)$/.test(key),
    )
      .map((key) => `${key}:`)
      .join(' ')}\`.`,
    'Each proxy has a number, such as `#1042`, which every command accepts. Behind a gateway, this number is the only way to tell proxies apart.',
    '`/proxy show` takes a number, an address, or part of a host, username or label.',
    '`/proxy edit`, `/proxy deactivate`, `/proxy activate`, `/proxy remove` and `/proxy release` (ends a cooldown) change one proxy, or all that a filter matches. A preview shows where the accounts go.',
    '`/proxy rebalance` evens out the accounts, or uses fewer proxies, with the fewest moves. `/proxy stats` shows figures and a chart, `/proxy history` which account used which proxy when, `/proxy export` writes a file.',
  ],
  accounts: [
    '### Accounts and their proxies',
    `A proxy has at most ${MAX_ACCOUNTS_PER_PROXY} accounts, all of one model; an account has at most one proxy. The database enforces both.`,
    '`/account add` assigns the best proxy: an unused one first, then the least loaded of the model. If no proxy is free, the account waits and gets one automatically as soon as capacity is available.',
    '`/proxy assign` assigns or moves an account, `/proxy unassign` removes its proxy and puts it on hold, `/proxy fill` assigns proxies to all accounts without one and shows how many are missing. If a rule forbids the assignment, the bot says which rule and offers the best allowed proxy on a button.',
    '`/account import` reads CSV (`username, model, vps, label, notes`) or one username per line. Its preview shows which account gets which proxy, which accounts wait and how many proxies are missing. `Import and assign` does both at once, `Update` changes the model or VPS of known accounts, `Undo` takes all of it back.',
    '`/account edit` changes label, notes and VPS at once; another model moves the proxy too, after a preview. With a filter, `/account edit`, `/account remove`, `/proxy unassign` (on hold) and `/proxy assign` (release) change all accounts that it matches, after a preview. `/account list`, `/account show` and `/account models` show the accounts.',
  ],
  vps: [
    '### VPS documentation',
    '`/vps add` documents a VPS in an environment. `/vps assign` records which accounts it manages: one, or all of a model.',
    'The proxies that it uses follow from its accounts. `/vps link` documents a proxy that none of its accounts uses.',
    '`/vps map` shows all of it and highlights drift: unused links, undocumented use, and proxies used by more than one VPS. A button resolves each of them.',
    '`/vps import` reads a spreadsheet (`vps`, `proxy`, `account`, `environment`, `notes`), `/vps export` writes one. `/vps token` creates an API token for the programs on a VPS.',
  ],
  health: [
    '### Health',
    'Each active proxy is checked with its protocol and credentials against an HTTPS target whose certificate is verified. After three failed checks in a row it is **failing**, after two successful ones **healthy**, in between **degraded**.',
    'A failing proxy gets no new accounts and is checked less and less often. A check never deactivates a proxy.',
    'If the targets are unreachable without a proxy, or most healthy proxies fail at once, the bot reports a monitoring problem and leaves proxy health unchanged.',
    '`/proxy test` checks one proxy, or all that a filter matches, immediately. `Retest` is on every card and alert.',
  ],
  alerts: [
    '### Alerts',
    'Proxies that fail together share one message in the ops channel, which is updated as the incident grows and when it is resolved. You are also alerted when models share an exit IP and when proxies are about to expire.',
    '`Retest` checks the proxies again, `Reassign` plans their accounts onto other proxies, `Deactivate` deactivates the proxies, `Details` lists every proxy and says what its outcome means; `/help topic: outcomes` explains all outcomes.',
    '`Acknowledge` says that you have the incident, `Hand over` passes it on, `Add note` adds to its timeline, `Mute for` silences it. With `/alerts settings threads: on` each incident has a thread with its timeline and notes.',
    '`/alerts maintenance` announces planned work: until it ends, incidents are recorded without a message, a mention or a failover.',
    '`/alerts settings escalate_role:` mentions a role, once, about an incident that is not acknowledged within `escalate_after` minutes; not in `quiet_hours`.',
    '`/alerts settings failover:` **suggest** shows how many accounts can move; **auto** moves them automatically, at most a tenth of a provider’s accounts per hour. Nothing moves back automatically.',
    '`/alerts list` shows open, muted and undelivered alerts. `/alerts mute` silences a proxy, a provider or everything for some hours; `hours: 0` unmutes.',
  ],
  outcomes: ['### Outcomes of failed checks, and what to do', ...outcomeLines()],
  roles: [
    '### Roles',
    '**viewer** can read; usernames are masked. **operator** can change everything, up to 500 proxies at once, and view credentials privately. **admin** has no limit, and manages settings and API tokens.',
    'Members with *Manage Server* are admins. The roles are set by `VIEWER_ROLE_IDS`, `OPERATOR_ROLE_IDS` and `ADMIN_ROLE_IDS`.',
    '`/audit` shows who changed what, when and why.',
  ],
};

export const helpTopicId = defineId('help.topic', {});
export const helpCommandId = defineId('help.command', {});

const isCommandTopic = (topic: HelpTopic): topic is CommandTopic => topic in COMMANDS;

/** One help topic, with menus that lead to the others and to single commands, and the role of the reader. */
export function helpCard(topic: HelpTopic, commands: readonly CommandInfo[], level: Level): View {
  const listed = isCommandTopic(topic) ? commandsOf(topic, commands) : undefined;
  const lines = listed
    ? [`### ${COMMANDS[topic as CommandTopic].title}`, ...listed.map(commandLine)]
    : TOPICS[topic as Exclude<HelpTopic, CommandTopic>].map((line) => linkCommands(line, commands));
  return {
    components: [
      card(
        'neutral',
        text(...lines),
        text(`-# You are ${level === 'viewer' ? 'a viewer' : `an ${level}`}.`),
        listed && commandMenu(listed),
        topicMenu(),
      ),
    ],
  };
}

function commandsOf(topic: CommandTopic, commands: readonly CommandInfo[]): CommandInfo[] {
  const { group } = COMMANDS[topic];
  const groups: readonly (string | null)[] = Object.values(COMMANDS).map((each) => each.group);
  const groupOf = ({ name, isOnMessage }: CommandInfo) => {
    const word = isOnMessage ? null : (name.split(' ')[0] ?? null);
    return groups.includes(word) ? word : null;
  };
  return commands.filter((command) => groupOf(command) === group);
}

/** A message command has no description in Discord. */
const ON_MESSAGE = 'On a message with a file or a list';

/** `</proxy list:1> List proxies · status, health, …` */
function commandLine(command: CommandInfo): string {
  const names = command.options.map(({ name, isRequired }) => (isRequired ? `**${name}**` : name));
  const options = names.length > 0 ? `\n-# ${names.map((name) => name.replaceAll('_', '\\_')).join(', ')}` : '';
  const does = command.isOnMessage ? ON_MESSAGE : command.description;
  return `${commandMention(command)} ${does}${options}`;
}

function commandMenu(commands: readonly CommandInfo[]) {
  const options = commands.map(({ name, description, isOnMessage }) => ({
    label: isOnMessage ? name : `/${name}`,
    value: name,
    ...(description !== '' && { description: truncate(description, LIMITS.option) }),
  }));
  return selectMenu(helpCommandId.encode({}), 'Show a command with its options', options);
}

function topicMenu() {
  const options = HELP_TOPICS.map((topic) => ({ label: topic.replaceAll('_', ' '), value: topic }));
  return selectMenu(helpTopicId.encode({}), 'Choose a topic', options);
}

/** One command with each of its options. */
export function commandCard(command: CommandInfo): View {
  return {
    components: [
      card(
        'neutral',
        text(
          `### ${commandMention(command)}`,
          command.isOnMessage ? ON_MESSAGE : command.description,
          `-# Requires the role **${command.requires}**.`,
        ),
        command.options.length > 0 && text(...command.options.map(optionLine)),
        topicMenu(),
      ),
    ],
  };
}

function optionLine({ name, description, isRequired, choices }: OptionInfo): string {
  const parts = [description, isRequired && 'required', choices.length > 0 && choices.join(', ')];
  return `- \`${name}\` ${parts.filter(Boolean).join(' · ')}`;
}
