import { expect, test } from 'vitest';
import { nameIn, startupLength, withoutIdleTimeout } from '../../../simulator/database/protocol.ts';

const VERSION = 196_608;

function startup(words: readonly string[]): Buffer {
  const body = Buffer.from([...words, '', ''].join('\0'));
  const head = Buffer.alloc(8);
  head.writeInt32BE(8 + body.length, 0);
  head.writeInt32BE(VERSION, 4);
  return Buffer.concat([head, body]);
}

test('a startup message loses its timeout of idle transactions and nothing else', () => {
  const named = ['user', 'bot', 'statement_timeout', '5', 'application_name', 'lane'];
  const message = startup([...named.slice(0, 2), 'idle_in_transaction_session_timeout', '60000', ...named.slice(2)]);
  const patient = withoutIdleTimeout(message);
  expect(patient).toEqual(startup(named));
  expect(startupLength(patient)).toBe(patient.length);
  expect(nameIn(patient)).toBe('lane');
});

test('a startup message without it stays as it is', () => {
  const message = startup(['user', 'bot']);
  expect(withoutIdleTimeout(message)).toEqual(message);
});
