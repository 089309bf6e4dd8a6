import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';
import { DESCRIPTIONS } from '../../../scripts/settings/descriptions.ts';
import { envExample, withSettingsTable } from '../../../scripts/settings/write-settings.ts';
import { settingDefaults } from '../../../src/base/config.ts';

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

test('every setting is described', () => {
  expect(Object.keys(DESCRIPTIONS).sort()).toEqual([...settingDefaults().keys()].sort());
});

test('the table of docs/operations.md is that of the configuration', () => {
  const page = read('docs/operations.md');
  expect(page, 'npm run settings writes it').toBe(withSettingsTable(page));
});

test('.env.example has every setting, and none of them is set', () => {
  const file = read('.env.example');
  expect(file, 'npm run settings writes it').toBe(envExample());
  expect(Object.values(parseEnv(file)).filter(Boolean)).toEqual([]);
});
