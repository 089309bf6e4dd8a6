import { expect, test } from 'vitest';
import { FIRST, MENU, SAMPLE } from '../../../scripts/screenshots/subjects.ts';
import { registry } from '../../../src/commands/index.ts';
import { listCommands } from '../../../src/discord/command-list.ts';

const PICTURED = [...FIRST.map((of) => ({ of })), ...SAMPLE, ...MENU];
const COMMANDS = listCommands(registry).map(({ name }) => name);

test('the pictures show every command, and none that does not exist', () => {
  expect(PICTURED.map(({ of }) => of).toSorted()).toEqual(COMMANDS.toSorted());
});
