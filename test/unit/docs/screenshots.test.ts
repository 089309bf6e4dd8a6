import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FIRST, fileOf, MENU, SAMPLE } from '../../../scripts/screenshots/subjects.ts';
import { registry } from '../../../src/commands/index.ts';
import { listCommands } from '../../../src/discord/command-list.ts';

const IMAGES = join(import.meta.dirname, '../../../docs/images');
const PICTURED = [...FIRST.map((of) => ({ of })), ...SAMPLE, ...MENU];
const COMMANDS = listCommands(registry).map(({ name }) => name);

test('the pictures show every command, and none that does not exist', () => {
  expect(PICTURED.map(({ of }) => of).toSorted()).toEqual(COMMANDS.toSorted());
});

test('the picture of every command is in docs/images', () => {
  expect(PICTURED.map(fileOf).filter((name) => !existsSync(join(IMAGES, `${name}.png`)))).toEqual([]);
});
