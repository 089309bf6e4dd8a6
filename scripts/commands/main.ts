import { writeFileSync } from 'node:fs';
import { commandsPage } from './write-commands.ts';

/** Writes docs/commands.md. */
writeFileSync(new URL('../../docs/commands.md', import.meta.url), commandsPage());
