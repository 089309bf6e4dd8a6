import { describe, expect, test } from 'vitest';
import { readAccount } from '../../../../../src/domain/accounts/account-fields.ts';
import { detail } from '../../../../../src/domain/proxies/fields.ts';
import { readEnvironment, readVpsName } from '../../../../../src/domain/vps/vps-fields.ts';
import { read } from '../read.ts';

const LOGINS = [
  '203.0.113.7:8080:ann:s3cret',
  'gate.example.com|8080|ann|s3cret',
  '[2001:db8::7]:8080:ann:s3cret',
  'ann:s3cret@203.0.113.7:8080',
  'http://ann:s3cret@gate.example.com:8080',
];

describe.each(LOGINS)('the credentials of a proxy in a field that everyone can read: %s', (written) => {
  test.each(['label', 'provider', 'city', 'tags'] as const)('are refused as the %s of a proxy', (key) => {
    const { kind } = detail(key);
    expect(kind.read(written, key)).toMatchObject({ reason: expect.stringMatching(/credentials of a proxy/) });
  });

  test.each(['model', 'vps', 'label'] as const)('are refused as the %s of an account', (key) => {
    const account = readAccount({ username: 'ann', model: 'Amber', [key]: written }, {});
    expect(account).toMatchObject({ reason: expect.stringMatching(/credentials of a proxy/) });
  });

  test('are refused as a name of a VPS', () => {
    for (const name of [readVpsName(written), readEnvironment(written)])
      expect(name).toMatchObject({ reason: expect.stringMatching(/credentials of a proxy/) });
  });
});

test.each(['Desk 7: upper floor', '203.0.113.7:8080', 'ann@example.com', 'a:b', 'https://example.com/x', '12:30:11'])(
  'other text is a label: %s',
  (text) => {
    expect(detail('label').kind.read(text, 'label')).toBe(text);
  },
);

describe('the password of a row in another field of it', () => {
  test.each([
    ['Label', 'host,port,user,pass,name\n203.0.113.7,8080,ann,s3cretpw,ann s3cretpw'],
    ['Provider', 'host,port,user,pass,provider\n203.0.113.7,8080,ann,pw,pw'],
    ['Tags', 'proxy,tags\n203.0.113.7:8080:ann:s3cretpw,"a,s3cretpw"'],
    ['Notes', 'proxy,notes\n203.0.113.7:8080:ann:s3cretpw,login ann and s3cretpw'],
    ['Label', '[{"host":"203.0.113.7","port":8080,"user":"ann","pass":"s3cretpw","title":"s3cretpw"}]'],
    ['Label', 's3cretpw;203.0.113.7:8080:ann:s3cretpw\npw99;203.0.113.8:8080:bob:pw99'],
  ])('is never taken, and the field is named: %s, %j', (field, text) => {
    const file = read(text);
    expect(file.rows).toEqual([]);
    expect(file.rejected.length).toBeGreaterThan(0);
    for (const { reason, text: shown } of file.rejected) {
      expect(reason).toContain(`The field “${field}” holds the password`);
      expect(shown).not.toMatch(/s3cretpw|pw99/);
    }
  });

  test('is no reason to reject a row in which a short password is a part of a word', () => {
    const file = read('host,port,user,pass,name\n203.0.113.7,8080,ann,desk,desk 7');
    expect(file.rows).toMatchObject([{ fields: { label: 'desk 7' } }]);
  });
});
