import { readFileSync, writeFileSync } from 'node:fs';
import { envExample, withSettingsTable } from './write-settings.ts';

/** Writes .env.example and the table of settings in docs/operations.md. */
const at = (path: string) => new URL(`../../${path}`, import.meta.url);
writeFileSync(at('.env.example'), envExample());
const page = at('docs/operations.md');
writeFileSync(page, withSettingsTable(readFileSync(page, 'utf8')));
