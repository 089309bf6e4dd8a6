import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

/** The flags of Node before `bin/start.mjs`, in a shell command or in a list of words in JSON. */
function flagsOf(text: string): string[] {
  const [, before = ''] = /node"?,? ([^\n]*?)"?bin\/start\.mjs/.exec(text) ?? [];
  return before.match(/--[\w=-]+/g) ?? [];
}

test('every way to start the bot or a worker runs Node with the same flags', () => {
  const { scripts } = JSON.parse(read('package.json'));
  const started = [
    ...[scripts.start, scripts.worker],
    ...['Dockerfile', 'compose.yaml', 'deploy/proxy-ops.service', 'deploy/proxy-ops-worker@.service'].map(read),
  ];
  expect(new Set(started.map((text) => flagsOf(text).join(' ')))).toEqual(
    new Set(['--max-semi-space-size=8 --v8-pool-size=1']),
  );
});
