import type { Registry } from '../discord/command.ts';
import type { Services } from '../services/services.ts';
import { helpCommand } from './help.ts';
import { importCommand, importForm } from './proxy/import.ts';
import { importButtons } from './proxy/import-buttons.ts';
import { importMenu } from './proxy/import-menu.ts';
import { listButtons, listCommand } from './proxy/list.ts';
import { showButtons, showCommand } from './proxy/show.ts';
import { suggestions } from './suggestions.ts';

/** All that the bot answers to. */
export const registry: Registry<Services> = {
  groups: { proxy: 'The pool of proxies' },
  handlers: [
    importCommand,
    importForm,
    importMenu,
    ...importButtons,
    listCommand,
    ...listButtons,
    showCommand,
    ...showButtons,
    helpCommand,
  ],
  suggestions,
};
