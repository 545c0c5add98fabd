import { describe, expect, test } from '@jest/globals';
import { isMailAddress } from '../../src/kernel/mail-address.ts';
import { readSender } from '../../src/mail/address.ts';
import { mailSettingsShape } from '../../src/mail/settings.ts';
import { parseSmtpUrl } from '../../src/mail/smtp-url.ts';

describe('the URL of the mail server', () => {
  test.each([
    ['smtps://mail.example.org', { host: 'mail.example.org', port: 465, security: 'tls' }],
    ['smtp://mail.example.org', { host: 'mail.example.org', port: 587, security: 'starttls' }],
    ['smtp+plain://[::1]:2525', { host: '::1', port: 2525, security: 'none' }],
    [
      'smtps://u%40x:p%3A%2F@mail.example.org:4465/',
      { host: 'mail.example.org', port: 4465, security: 'tls', user: 'u@x', password: 'p:/' },
    ],
  ])('%s', (url, target) => expect(parseSmtpUrl(url)).toEqual(target));

  test.each([
    'https://mail.example.org',
    'smtps://user:pass/word@mail.example.org',
    'smtps://user@mail.example.org',
    'smtps://mail.example.org/path',
    'smtps://mail.example.org?tls=no',
    'smtps://mail.example.org:70000',
    'smtps://u:%zz@mail.example.org',
    'smtp+plain://user:secret@mail.example.org',
  ])('%s is refused without being quoted', (url) => {
    const issues = mailSettingsShape.safeParse({ smtpUrl: url, from: 'iam@example.org' }).error?.issues ?? [];
    expect(issues).toHaveLength(1);
    expect(issues[0]?.message).not.toContain('mail.example.org');
    expect(issues[0]?.message).not.toContain('secret');
  });

  test('needs a sender, and a sender needs it', () => {
    expect(mailSettingsShape.safeParse({ smtpUrl: 'smtps://mail.example.org' }).success).toBe(false);
    expect(mailSettingsShape.safeParse({ from: 'iam@example.org' }).success).toBe(false);
    expect(mailSettingsShape.safeParse({}).success).toBe(true);
  });
});

test.each([
  ['ann@example.org', true],
  ['ann+iam@example.org', true],
  ['änn@exämple.org', true],
  ['ann@localhost', true],
  ['ann', false],
  ['ann@', false],
  ['ann@example.org, bob@example.org', false],
  ['ann@example.org\r\nBcc: bob@example.org', false],
  ['"ann bob"@example.org', false],
  ['Ann <ann@example.org>', false],
  ['ann@example.org> SIZE=1', false],
  ['ann(comment)@example.org', false],
  ['ann@[127.0.0.1]', false],
  ['a..b@example.org', false],
  [`${'a'.repeat(65)}@example.org`, false],
])('[header injection] %j can be written to: %s', (address, can) => expect(isMailAddress(address)).toBe(can));

test.each([
  ['iam@example.org', { name: '', address: 'iam@example.org' }],
  ['Acme, Inc. <iam@example.org>', { name: 'Acme, Inc.', address: 'iam@example.org' }],
  ['Acme\r\nBcc: x <iam@example.org>', undefined],
  ['iam@example.org, bob@example.org', undefined],
])('the sender %j', (text, sender) => expect(readSender(text)).toEqual(sender));
