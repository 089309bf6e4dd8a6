import { expect, test } from 'vitest';
import { findViewProblems } from '../../../../src/kit/limits/view-problems.ts';
import { credentialsCard } from '../../../../src/views/proxy/credentials.ts';

const proxy = {
  id: 7,
  host: '2001:db8::7',
  port: 1080,
  type: 'socks5',
  username: '',
  password: 'a:b@c',
  changeIpUrl: null,
};

test('a password without a username is in the URL too, encoded', () => {
  expect(JSON.stringify(credentialsCard(proxy))).toContain('socks5://:a%3Ab%40c@[2001:db8::7]:1080');
});

test('a value that would end its block comes as a file, to the letter', () => {
  const view = credentialsCard({ ...proxy, password: 'x```y' });
  expect(view.files?.[0]?.data).toContain('Password: x```y\n');
  expect(findViewProblems(view)).toEqual([]);
});

test('the longest values fit into one message', () => {
  const long = {
    ...proxy,
    username: 'u'.repeat(255),
    password: '%'.repeat(255),
    changeIpUrl: `https://a.example/${'x'.repeat(1900)}`,
  };
  expect(findViewProblems(credentialsCard(long))).toEqual([]);
});
