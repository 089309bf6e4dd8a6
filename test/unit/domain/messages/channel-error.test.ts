import { expect, test } from 'vitest';
import { ChannelError } from '../../../../src/domain/messages/ops-channel.ts';
import { setupLine } from '../../../../src/domain/messages/setup.ts';
import { SourceError } from '../../../../src/domain/sources/source-error.ts';

test('an error of the channel says what happened to the message, and when to try again', () => {
  const cause = new Error('50001');
  const error = new ChannelError('no_access', { cause, isRefused: true, retryAfterMs: 5 });
  expect(error).toMatchObject({ name: 'ChannelError', kind: 'no_access', isRefused: true, retryAfterMs: 5, cause });
  expect(error.message).toBe('the channel did not take the message: no_access');
});

test('an error of a source has a code, a sentence, and the wait that the provider asks for', () => {
  expect(new SourceError('rate_limited', 'Wait.', 7)).toMatchObject({
    name: 'SourceError',
    code: 'rate_limited',
    message: 'Wait.',
    retryAfterSeconds: 7,
  });
  expect(new SourceError('unreachable', 'No answer.').retryAfterSeconds).toBeNull();
});

test('a problem of the setup is one line with its remedy', () => {
  const problem = { setting: 'OPS_CHANNEL_ID', problem: 'The channel was not found.', remedy: 'Copy its ID again.' };
  expect(setupLine(problem)).toBe('OPS_CHANNEL_ID: The channel was not found. Copy its ID again.');
});
