import { expect, test } from 'vitest';
import { readOne, reasonOf } from './read.ts';

const ADDRESS = { host: '203.0.113.7', port: 8080 };

test.each([
  ['a CSV file', 'host,port,username,password\n203.0.113.7,8080,,s3cret'],
  ['JSON with an empty username', JSON.stringify([{ ...ADDRESS, username: '', password: 's3cret' }])],
  ['JSON with null as the username', JSON.stringify([{ ...ADDRESS, login: null, pass: 's3cret' }])],
])('a password beside an empty username is rejected in %s', (_, text) => {
  expect(reasonOf(text)).toBe('It has a password and no username.');
});

test.each([
  ['a CSV file', 'host,port,password\n203.0.113.7,8080,s3cret'],
  ['JSON', JSON.stringify([{ ...ADDRESS, password: 's3cret' }])],
  ['the query of a URL', 'http://203.0.113.7:8080?password=s3cret'],
  ['the user part of a URL', 'http://:s3cret@203.0.113.7:8080'],
])('a password is the whole login in %s that has no place for a username', (_, text) => {
  expect(readOne(text)).toMatchObject({ ...ADDRESS, username: null, password: 's3cret' });
});

test('a password may end with a word in brackets', () => {
  expect(readOne('203.0.113.7:8080:ann:pw[Desk]')).toMatchObject({
    username: 'ann',
    password: 'pw[Desk]',
    label: null,
  });
});
