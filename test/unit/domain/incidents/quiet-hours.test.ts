import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  isQuiet,
  type QuietHours,
  readQuietHours,
  writeQuietHours,
} from '../../../../src/domain/incidents/quiet-hours.ts';

const hours = (written: string): QuietHours => {
  const read = readQuietHours(written);
  if (!read) throw new Error(`${written} was not read`);
  return read;
};
const MINUTE_MS = 60_000;

/** The first minutes from a moment on at which it becomes quiet or ceases to be, in ISO 8601. */
function changes(quiet: QuietHours, from: string, to: string): string[] {
  const found: string[] = [];
  let was = isQuiet(quiet, new Date(from));
  for (let at = Date.parse(from); at <= Date.parse(to); at += MINUTE_MS) {
    const is = isQuiet(quiet, new Date(at));
    if (is !== was) found.push(`${new Date(at).toISOString().slice(0, 16)}Z ${is ? 'quiet' : 'loud'}`);
    was = is;
  }
  return found;
}

test('hours are read with a time zone, and in UTC without one', () => {
  expect(readQuietHours('22:00-07:00 Europe/Berlin')).toEqual({ from: 1320, to: 420, zone: 'Europe/Berlin' });
  expect(readQuietHours(' 9:05 – 17:30 ')).toEqual({ from: 545, to: 1050, zone: 'UTC' });
  expect(readQuietHours('9:05-17:30  Europe/Berlin')).toEqual({ from: 545, to: 1050, zone: 'Europe/Berlin' });
});

test.each(
  [
    ['', '22:00', '22-07', '24:00-07:00', '22:00-07:60', '07:00-07:00'],
    ['22:00-07:00 Berlin/Europe', '22:00-07:00 Europe/Berlin now', 'at 22:00-07:00', 'off'],
  ].flat(),
)('%j is refused', (written) => {
  expect(readQuietHours(written)).toBeUndefined();
});

test('what was read is written so that it is read the same', () => {
  const minute = fc.nat(1439);
  const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata');
  fc.assert(
    fc.property(minute, minute, zone, (from, to, name) => {
      fc.pre(from !== to);
      expect(readQuietHours(writeQuietHours({ from, to, zone: name }))).toEqual({
        from,
        to,
        zone: hours(`1:00-2:00 ${name}`).zone,
      });
    }),
  );
});

test('hours over midnight end in the morning, by the clock of their zone', () => {
  expect(changes(hours('22:00-07:00 Europe/Berlin'), '2026-01-10T12:00Z', '2026-01-11T12:00Z')).toEqual([
    '2026-01-10T21:00Z quiet',
    '2026-01-11T06:00Z loud',
  ]);
  expect(changes(hours('09:30-17:00 Asia/Kolkata'), '2026-01-10T00:00Z', '2026-01-10T23:00Z')).toEqual([
    '2026-01-10T04:00Z quiet',
    '2026-01-10T11:30Z loud',
  ]);
});

test('the night in which the clock goes forward is an hour shorter', () => {
  expect(changes(hours('22:00-07:00 Europe/Berlin'), '2026-03-28T12:00Z', '2026-03-29T12:00Z')).toEqual([
    '2026-03-28T21:00Z quiet',
    '2026-03-29T05:00Z loud',
  ]);
});

test('the night in which the clock goes back is an hour longer', () => {
  expect(changes(hours('22:00-07:00 Europe/Berlin'), '2026-10-24T12:00Z', '2026-10-25T12:00Z')).toEqual([
    '2026-10-24T20:00Z quiet',
    '2026-10-25T06:00Z loud',
  ]);
});

test('an hour that the clock repeats is quiet twice, and one that it skips is not there', () => {
  expect(changes(hours('02:15-02:45 Europe/Berlin'), '2026-10-24T22:00Z', '2026-10-25T06:00Z')).toEqual([
    '2026-10-25T00:15Z quiet',
    '2026-10-25T00:45Z loud',
    '2026-10-25T01:15Z quiet',
    '2026-10-25T01:45Z loud',
  ]);
  expect(changes(hours('02:15-02:45 Europe/Berlin'), '2026-03-28T22:00Z', '2026-03-29T06:00Z')).toEqual([]);
});
