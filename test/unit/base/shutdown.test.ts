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

test('a step that hangs is left after its time, and the others run', async () => {
  const ran: string[] = [];
  const shutdown = new Shutdown(log, 10_000);
  shutdown.add('database', () => void ran.push('database'));
  shutdown.add('hangs', () => new Promise(() => undefined), 20);
  expect(await shutdown.run()).toBe(false);
  expect(ran).toEqual(['database']);
});

test('steps that hang are given up at the deadline, which ends the whole', async () => {
  const shutdown = new Shutdown(log, 20);
  for (const name of ['hangs', 'hangs too']) shutdown.add(name, () => new Promise(() => undefined));
  expect(await shutdown.run()).toBe(false);
});
