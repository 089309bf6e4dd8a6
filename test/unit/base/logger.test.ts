import { expect, test } from 'vitest';
import { createLogger } from '../../../src/base/logger.ts';

function logged(write: (log: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  write(createLogger('debug', { write: (line) => void lines.push(line) }));
  return lines.join('');
}

test('secrets under their usual names are not written', () => {
  const text = logged((log) =>
    log.info({ password: 'hidden1', row: { token: 'hidden2' }, config: { discord: { token: 'hidden3' } } }, 'x'),
  );
  expect(text).not.toContain('hidden');
});

test('an error is written without what libraries put into it', () => {
  const cause = Object.assign(new Error('duplicate key'), {
    code: '23505',
    detail: 'Key (password)=(hidden)',
    where: 'hidden',
  });
  const failed = Object.assign(new Error('Failed query: select hidden params: hidden'), {
    query: 'select $1',
    params: ['hidden'],
    cause,
  });
  const text = logged((log) => log.error({ err: failed }, 'x'));
  expect(text).toContain('23505');
  expect(text).toContain('database query failed');
  expect(text).not.toContain('hidden');
  const refused = Object.assign(new Error('Invalid Form Body'), {
    code: 50035,
    requestBody: { json: { content: 'hidden' } },
  });
  expect(logged((log) => log.error({ err: refused }, 'x'))).not.toContain('hidden');
});
