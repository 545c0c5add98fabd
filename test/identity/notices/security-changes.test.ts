import { expect, test } from '@jest/globals';
import type { CredentialHolder } from '../../../src/identity/credentials/credential-holder.ts';
import { securityChanges } from '../../../src/identity/notices/security-changes.ts';

const PASSWORD = { hash: 'h', createdAt: 1, changedAt: 1, resetRequired: false, formerHashes: [] };
const PHONE = {
  kind: 'totp',
  serialNumber: 'arn:aws:iam::123456789012:mfa/phone',
  enabledAt: 1,
  sealedSeed: 's',
  lastTimeStep: 0,
} as const;
const LINK = { id: 'l1', connector: 'staff', subject: 'ann' };
const HOLDER: CredentialHolder = {
  kind: 'user',
  accountId: '123456789012',
  subject: 'AIDA',
  arn: 'arn:aws:iam::123456789012:user/ann',
  userName: 'ann',
  path: '/',
  email: 'ann@example.org',
  isEmailVerified: true,
  createdAt: 0,
  groupIds: [],
  displayName: undefined,
  links: [LINK],
  disabledFrom: undefined,
  timesDisabled: 0,
  factorResetAskedAt: undefined,
  tags: [],
  password: PASSWORD,
  passwordLastUsedAt: undefined,
  accessKeys: [],
  factors: [PHONE],
  recoveryCodes: { sealedHashes: ['a', 'b'], createdAt: 5 },
  loginGeneration: 0,
  mustEnrolSince: undefined,
  signingCertificates: [],
};

test.each<[string, Partial<CredentialHolder>, object[]]>([
  ['nothing', {}, []],
  ['a stronger hash of the same password', { password: { ...PASSWORD, hash: 'stronger' } }, []],
  ['a new password', { password: { ...PASSWORD, hash: 'n', changedAt: 2 } }, [{ event: 'password-changed' }]],
  ['a reset', { password: { ...PASSWORD, changedAt: 2, resetRequired: true } }, [{ event: 'password-reset' }]],
  ['a used recovery code', { recoveryCodes: { sealedHashes: ['b'], createdAt: 5 } }, [{ event: 'recovery-code-used' }]],
  ['new recovery codes', { recoveryCodes: { sealedHashes: ['c'], createdAt: 6 } }, []],
  ['a removed factor', { factors: [] }, [{ event: 'factor-removed', detail: 'phone' }]],
  [
    'an added factor',
    { factors: [PHONE, { ...PHONE, serialNumber: 'arn:aws:iam::123456789012:mfa/other' }] },
    [{ event: 'factor-added', detail: 'other', added: 'arn:aws:iam::123456789012:mfa/other' }],
  ],
  [
    'TRAPS linking: a linked login',
    { links: [LINK, { ...LINK, id: 'l2', connector: 'corp' }] },
    [{ event: 'login-linked', detail: 'corp', linked: 'l2' }],
  ],
  ['TRAPS linking: an unlinked login', { links: [] }, [{ event: 'login-unlinked', detail: 'staff' }]],
  ['a sign-in by a linked login', { links: [{ ...LINK, generation: 2 }] }, []],
  ['another address', { email: 'new@example.org' }, [{ event: 'email-changed' }]],
])('[S33] %s', (_what, change, changes) => {
  expect(securityChanges(HOLDER, { ...HOLDER, ...change })).toEqual(changes);
});

test('[S33] the first password and the first address are no changes', () => {
  const before = { ...HOLDER, password: undefined, email: undefined };
  expect(securityChanges(before, HOLDER)).toEqual([]);
});
