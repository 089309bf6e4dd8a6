import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CHECK_OUTCOMES } from '../../../src/domain/health/outcome.ts';
import { OUTCOME_GUIDE } from '../../../src/views/alerts/incident/outcome-guide.ts';

const page = readFileSync(new URL('../../../docs/incidents.md', import.meta.url), 'utf8');

test('docs/incidents.md has a section for each outcome, which begins as Details does', () => {
  const sections = Object.entries(OUTCOME_GUIDE).map(
    ([outcome, { meaning, remedy }]) => `### ${outcome}\n${meaning} ${remedy}\n\n`,
  );
  expect(sections.filter((section) => !page.includes(section))).toEqual([]);
  expect(Object.keys(OUTCOME_GUIDE)).toEqual(CHECK_OUTCOMES.filter((outcome) => outcome !== 'ok'));
});
