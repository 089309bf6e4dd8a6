import { expect, test } from 'vitest';
import { SandboxClock } from '../../../sandbox/server/clock.ts';
import { SnowflakeMaker } from '../../../sandbox/server/state/snowflake.ts';

test('what falls due when the clock is set forward runs at once, in order, unless it was called off', () => {
  const clock = new SandboxClock();
  const ran: string[] = [];
  clock.after(3_000, () => ran.push('second'));
  clock.after(1_000, () => ran.push('first'));
  clock.after(9_000, () => ran.push('later'));
  const callOff = clock.after(2_000, () => ran.push('never'));
  callOff();
  clock.advance(4_000);
  expect(ran).toEqual(['first', 'second']);
  clock.advance(5_000);
  expect(ran).toEqual(['first', 'second', 'later']);
});

test('a timer runs automatically, and sooner if the clock was advanced', async () => {
  const clock = new SandboxClock();
  const done = new Promise((resolve) => clock.after(60_010, () => resolve(clock.now())));
  const start = clock.now();
  clock.advance(60_000);
  expect(await done).toBeGreaterThanOrEqual(start + 60_000);
});

test('ids increase even if the clock stops or goes back, and contain the time', () => {
  let now = Date.UTC(2026, 0, 1);
  const ids = new SnowflakeMaker(() => now);
  const first = BigInt(ids.next());
  expect(Number((first >> 22n) + 1_420_070_400_000n)).toBe(now);
  const second = BigInt(ids.next());
  now -= 1_000;
  expect(first < second && second < BigInt(ids.next())).toBe(true);
});
