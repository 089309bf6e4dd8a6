import { expect, test } from 'vitest';
import { stayingProxies } from '../../../../src/domain/proxies/proxy-import.ts';
import { undoQuestion } from '../../../../src/views/proxy/undo-question.ts';

test('an undo says how many proxies it reverts, and which stay', () => {
  const staying = { carrying: 7, firstCarrying: [1, 2, 3, 4, 5] };
  const shown = JSON.stringify(undoQuestion({ planId: 7, removable: 2, restorable: 0, ...staying }).components);
  expect(shown).toContain('"label":"Undo 2"');
  expect(shown).toContain('7 proxies have accounts and stay: #1, #2, #3, #4, #5 and 2 more.');
  expect(stayingProxies({ carrying: 1, firstCarrying: [12] })).toBe('1 proxy has accounts and stays: #12');
});
