import { expect, test } from 'vitest';
import { nameIn, startupLength, withoutTimeouts } from '../../../simulator/database/protocol.ts';

const VERSION = 196_608;

function startup(words: readonly string[]): Buffer {
  const body = Buffer.from([...words, '', ''].join('\0'));
  const head = Buffer.alloc(8);
  head.writeInt32BE(8 + body.length, 0);
  head.writeInt32BE(VERSION, 4);
  return Buffer.concat([head, body]);
}

test('a startup message loses its timeouts and nothing else', () => {
  const timeouts = ['idle_in_transaction_session_timeout', '60000', 'statement_timeout', '5'];
  const patient = withoutTimeouts(startup(['user', 'bot', ...timeouts, 'application_name', 'lane']));
  expect(patient).toEqual(startup(['user', 'bot', 'application_name', 'lane']));
  expect(startupLength(patient)).toBe(patient.length);
  expect(nameIn(patient)).toBe('lane');
});

test('a startup message without timeouts stays as it is', () => {
  const message = startup(['user', 'bot']);
  expect(withoutTimeouts(message)).toEqual(message);
});
