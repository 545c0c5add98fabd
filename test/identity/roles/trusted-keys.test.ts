import { expect, test } from '@jest/globals';
import { roles } from '../../../src/identity/documents/role.ts';
import { trustedKeysOf } from '../../../src/identity/documents/trusted-keys.ts';

const policy = (...Statement: readonly object[]): string => JSON.stringify({ Version: '2012-10-17', Statement });
const allow = (more: object): string => policy({ Effect: 'Allow', Action: 'sts:AssumeRole', ...more });
const ALICE = 'arn:aws:iam::111122223333:user/alice';
const SESSION = 'arn:aws:sts::111122223333:assumed-role/worker/run';

test.each<[string, string, Record<string, string>, readonly string[]]>([
  ['an account', allow({ Principal: { AWS: '111122223333' } }), {}, ['111122223333']],
  ['its root', allow({ Principal: { AWS: 'arn:aws:iam::111122223333:root' } }), {}, ['111122223333']],
  ['a user', allow({ Principal: { AWS: ALICE } }), { [ALICE]: 'AIDAALICE' }, ['AIDAALICE']],
  ['a user that was unknown', allow({ Principal: { AWS: ALICE } }), {}, []],
  ['a user that is known to be nobody', allow({ Principal: { AWS: ALICE } }), { [ALICE]: '' }, []],
  ['a unique id', allow({ Principal: { AWS: 'AIDAALICE' } }), {}, ['AIDAALICE']],
  ['a session', allow({ Principal: { AWS: SESSION } }), { [SESSION]: 'AROAWORKER:run' }, ['AROAWORKER:run']],
  ['a session without an id', allow({ Principal: { AWS: SESSION } }), {}, [SESSION]],
  ['a session with a name that no session has', allow({ Principal: { AWS: `${SESSION}${'n'.repeat(2000)}` } }), {}, []],
  ['everyone', allow({ Principal: { AWS: '*' } }), {}, ['*']],
  ['everyone, in short', allow({ Principal: '*' }), {}, ['*']],
  ['everyone but one', allow({ NotPrincipal: { AWS: ALICE } }), {}, ['*']],
  ['a service', allow({ Principal: { Service: 'ec2.amazonaws.com' } }), {}, []],
  ['a provider', allow({ Principal: { Federated: 'accounts.google.com' } }), {}, []],
  ['nobody', policy({ Effect: 'Deny', Principal: '*', Action: '*' }), {}, []],
  ['nobody, for it cannot be read', '{', {}, []],
])('the keys of a policy that lets in %s', (_who, text, trustedIds, keys) => {
  expect(trustedKeysOf(text, trustedIds)).toEqual(keys);
});

test('roles that an earlier version stored get their keys when the server starts', () => {
  const { trusts, ...stored } = {
    trusts: ['AIDAALICE'],
    accountId: '111122223333',
    trustPolicy: allow({ Principal: { AWS: ALICE } }),
    trustedIds: { [ALICE]: 'AIDAALICE' },
  };
  expect(roles.migrations?.reduce((form, migrate) => migrate(form), stored as object)).toEqual({ ...stored, trusts });
});
