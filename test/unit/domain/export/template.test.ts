import { expect, test } from 'vitest';
import { readTemplate } from '../../../../src/domain/export/template.ts';
import { Refusal } from '../../../../src/domain/parse/fields/refusal.ts';

test.each(['__proto__', 'constructor', 'nothing'])('the template field %s is unknown', (name) => {
  const refusal = readTemplate(`%ip%:%${name}%`);
  expect(refusal).toBeInstanceOf(Refusal);
  expect(refusal).toHaveProperty('reason', expect.stringContaining(`Unknown template field %${name}%.`));
});
