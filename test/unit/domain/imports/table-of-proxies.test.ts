import { describe, expect, test } from 'vitest';
import {
  namesAddress,
  refuseExportOfProxies,
  refuseTableOfProxies,
} from '../../../../src/domain/imports/table-of-proxies.ts';

const isRefused = (...names: string[]): boolean => {
  try {
    refuseTableOfProxies(names);
    return false;
  } catch (error) {
    expect(error).toMatchObject({
      code: 'list_of_proxies',
      message: 'The column names are those of a list of proxies.',
    });
    return true;
  }
};

describe('a table that is uploaded as a list of accounts is refused as a list of proxies', () => {
  test.each(['ip', 'address', 'port', 'http_port', 'socks5 port', 'gateway'])('if it has the column %s', (name) => {
    expect(isRefused(name)).toBe(true);
    expect(isRefused('username', name, 'password')).toBe(true);
    expect(namesAddress(['username', name])).toBe(true);
  });

  test.each(['host', 'Host-Name', 'server'])('not for the column %s alone, which may be a VPS', (name) => {
    expect(isRefused('username', name)).toBe(false);
    expect(namesAddress(['username', name])).toBe(false);
    expect(isRefused('username', name, 'password')).toBe(true);
  });

  test.each([
    ...['account', 'account_name', 'handle', 'screen name', 'nick', 'nickname', 'profile'],
    ...['model', 'Model-Name', 'creator', 'creator_name', 'persona'],
    ...['vps', 'vps_name', 'server name', 'machine', 'node'],
  ])('not if it has the column %s, which no list of proxies has', (name) => {
    expect(isRefused(name, 'ip', 'port')).toBe(false);
  });

  test('not for the columns of accounts', () => {
    expect(isRefused('username', 'password', 'email')).toBe(false);
    expect(isRefused('username')).toBe(false);
    expect(isRefused()).toBe(false);
  });
});

test('an export of proxies is refused, and any other text is not', () => {
  const header = 'id,host,port\n1,203.0.113.7,8080';
  expect(() => refuseExportOfProxies(`# proxy-ops-export v2\n${header}`)).toThrow('This file is an export of proxies.');
  expect(() => refuseExportOfProxies(header)).not.toThrow();
});
