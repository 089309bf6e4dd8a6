import { expect, test } from 'vitest';
import { createLogger } from '../../../src/base/logger.ts';
import { Shutdown } from '../../../src/base/shutdown.ts';

const log = createLogger('silent');

test('steps run once, the last first, and one that fails stops none of the others', async () => {
  const ran: string[] = [];
  const shutdown = new Shutdown(log, 1000);
  shutdown.add('database', () => void ran.push('database'));
  shutdown.add('bot', () => {
    ran.push('bot');
    throw new Error('no');
  });
  expect(await Promise.all([shutdown.run(), shutdown.run()])).toEqual([false, false]);
  expect(ran).toEqual(['bot', 'database']);
});

test('a step that hangs is given up at the deadline', async () => {
  const shutdown = new Shutdown(log, 20);
  shutdown.add('hangs', () => new Promise(() => undefined));
  expect(await shutdown.run()).toBe(false);
});
