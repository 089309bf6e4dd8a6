import { expect, test } from 'vitest';
import { maskUsername, readUsername } from '../../../../src/domain/accounts/username.ts';
import { Refusal } from '../../../../src/domain/parse/fields/refusal.ts';

const reason = (written: string) => {
  const read = readUsername(written);
  return read instanceof Refusal ? read.reason : `read as ${read}`;
};

test.each([
  [' @ann.one ', 'ann.one'],
  ['https://www.example.com/@ann?lang=de', 'ann'],
  ['http://example.com/ann/', 'ann'],
  ['example.com/ann', 'ann'],
  ['EXAMPLE.COM/ann#top', 'ann'],
  ['a-b.example.co.uk/ann', 'ann'],
  ['https://example.com/user/ann', 'ann'],
  ['https://example.com/u/ann', 'ann'],
  ['https://example.com/user', 'user'],
  ['https://example.com/users/ann', 'ann'],
  ['https://example.com/in/ann', 'ann'],
  ['https://example.com/profile/ann', 'ann'],
  ['https://example.com/c/ann', 'ann'],
  ['https://example.com/channel/ann', 'ann'],
  ['https://example.com/%C3%A4nn', 'änn'],
  ['ann-one--x---y', 'ann-one--x---y'],
  ['a'.repeat(100), 'a'.repeat(100)],
])('%s is the username %s', (written, name) => {
  expect(readUsername(written)).toBe(name);
});

test.each(['ann pw', 'ann:pw', 'ann;pw', 'ann,pw', 'ann|pw', 'ann/pw', 'ann\\pw', 'ann----pw'])(
  '%s may be a username and its password',
  (written) => {
    expect(reason(written)).toMatch(/^It may be a username and its password/);
    expect(maskUsername(written)).toMatch(/^ann \S+$/);
    expect(maskUsername(written)).not.toContain('pw');
  },
);

test.each([
  'https://example.com/',
  'https://example.com/ann/photos',
  'https://example.com/groups/ann',
  'https://example.com/user/ann/photos',
  'https://example.com/%E0%A4%A',
  'https://example.com/@',
])('%s is not the address of one profile', (written) => {
  expect(reason(written)).toBe('The address is not that of one profile: give the username only.');
});

test.each(['https://ann:pw@example.com/ann', 'https://ann@example.com/ann', 'https://example.com:8080/ann'])(
  '%s may hold a password',
  (written) => {
    expect(reason(written)).toMatch(/^It may be a username and its password/);
  },
);

test('an empty, a damaged and a long username are refused', () => {
  expect([reason(''), reason(' @ ')]).toEqual(['The username is missing.', 'The username is missing.']);
  expect(reason('1.78414E+16')).toContain('rounded');
  expect(reason('a'.repeat(101))).toBe('The username must be at most 100 characters long.');
});

test('a username without a password is shown as it is', () => {
  expect([maskUsername('@ann'), maskUsername(':pw')]).toEqual(['ann', expect.not.stringContaining('pw')]);
  expect(maskUsername(':pw').trim()).toBe(maskUsername(':pw'));
});
