/** The text of docs/commands.md about a command besides its picture and its options. */
export const NOTES: Readonly<Record<string, string>> = {
  'proxy show':
    'If the proxy has a change-IP request, `Change IP` sends it, checks the proxy and shows the new exit IP.',
  'proxy assign':
    'An account that has a proxy is moved after a question. A forbidden proxy is refused with the rule and a button for the nearest allowed proxy.',
  'proxy edit':
    'One proxy in two short modals, or all that a filter matches after a preview. The `set_` options hold every field; `-` clears it.',
  'proxy stats': 'More pictures are in [pictures.md](pictures.md).',
  'proxy export': 'A file: CSV, JSON, or text by a template; with credentials only to the caller.',
  'account import':
    'Reads `username, model, vps, label, notes` under any of their usual names, or one username per line. The preview shows which account gets which proxy, which accounts wait and how many proxies are missing; one button imports and assigns.',
  'account edit':
    'Changes label, notes and VPS at once. For another model it shows which proxy the account leaves and gets, and asks.',
  'account remove': 'Shows which proxy becomes free, and asks.',
  'vps remove': 'Shows how many accounts and links it affects, and asks.',
  'vps import':
    'Reads `vps, environment, region` alone or with `proxy` (`#12`, `host:port`, `user@host:port`) or `host, port`, `account` and `notes` from CSV, or an export, compressed or not. Known VPS keep their environment and region. Shows the changes and the rows that it leaves out, with reasons; `Apply 20` applies it once.',
  'vps export': 'CSV or JSON with one row per relation, which `/vps import` reads back unchanged.',
  'vps token':
    'A token for the programs on a VPS, shown once, only to the admin who asked. The list shows when each was last used and revokes one ([api.md](api.md)).',
  'alerts list': 'An alert in the channel:\n\n![](images/alert.png)',
  'alerts mute': 'Mutes a proxy, a provider or, after a question, everything for some hours; `hours: 0` unmutes.',
  'Import proxies': 'In the Apps menu of a message with a file or a list: imports the proxies in it.',
  'Import accounts': 'In the Apps menu of a message with a file or a list: imports the accounts in it.',
};
