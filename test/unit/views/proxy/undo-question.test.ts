import { expect, test } from 'vitest';
import { undoQuestion } from '../../../../src/views/proxy/undo-question.ts';

const shown = (removable: number) =>
  JSON.stringify(undoQuestion({ planId: 7, removable, carrying: 3, restorable: 0 }).components);

test('an undo is offered only if something can be reverted', () => {
  expect(shown(2)).toContain('"label":"Undo 2"');
  expect(shown(0)).toContain('Nothing of import #7 can be undone');
  expect(shown(0)).not.toContain('"label":"Undo');
});
