import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { linkIn, type ReceivedMail, startSmtpServer } from '../../harness/smtp-server.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { authority, openTestAuthorities } from '../../harness/test-authority.ts';
import { INVITATION_PATH } from '../../src/identity/invitations/send-invitation.ts';
import { NOT_ME_PATH } from '../../src/identity/notices/notices.ts';
import { RECOVERY_PATH } from '../../src/identity/recovery/begin-recovery.ts';
import { renderMail } from '../../src/mail/render-mail.ts';
import { MailFailure, openSmtp } from '../../src/mail/smtp.ts';
import { MAIL_LANGUAGES } from '../../src/ports/mailer.ts';

const directory = temporaryDirectory();
let ca: string;
let tls: { readonly key: Buffer; readonly cert: Buffer };
beforeAll(() => {
  const { issue } = openTestAuthorities(directory.path);
  ca = issue('ca', undefined, { extensions: authority() }).pem;
  const { keyFile, certFile } = issue('mail', 'ca', { extensions: ['subjectAltName=DNS:localhost'] });
  tls = { key: readFileSync(keyFile), cert: readFileSync(certFile) };
});
afterAll(() => directory.remove());

const FROM = 'Acme Sign-in <iam@example.org>';
const LOGIN = { user: 'rolecall', password: 'p@ss:w/rd' };
const CREDENTIALS = `rolecall:${encodeURIComponent(LOGIN.password)}`;
const MAIL = { id: 'a1', to: 'ann@example.org', writtenAt: 0, ...renderMail({ message: { kind: 'test' } }) };

async function failing(act: () => Promise<void>): Promise<MailFailure> {
  const failure = await act().then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(failure instanceof MailFailure)) throw new Error(`not a failure of mail: ${String(failure)}`);
  return failure;
}

describe('a mail server', () => {
  test.each([
    ['smtps', 'start'],
    ['smtp', 'starttls'],
  ] as const)('by %s gets an encrypted mail, after a login', async (scheme, from) => {
    const server = await startSmtpServer({ tls: { ...tls, from }, login: LOGIN });
    const smtp = openSmtp({ smtpUrl: `${scheme}://${CREDENTIALS}@localhost:${server.port}`, from: FROM, ca });
    await smtp.send(MAIL);
    expect(server.mails).toEqual([
      expect.objectContaining({
        from: 'iam@example.org',
        to: ['ann@example.org'],
        isEncrypted: true,
        user: 'rolecall',
        text: expect.stringContaining('This is a test mail.'),
      }),
    ]);
    const { headers } = server.mails[0] as ReceivedMail;
    expect(headers.get('from')).toEqual(['"Acme Sign-in" <iam@example.org>']);
    expect(headers.get('message-id')).toEqual(['<a1@example.org>']);
    expect(headers.get('auto-submitted')).toEqual(['auto-generated']);
    smtp.close();
    await server.close();
  });

  test('that does not offer STARTTLS gets nothing, and no password', async () => {
    const server = await startSmtpServer({ login: LOGIN });
    const smtp = openSmtp({ smtpUrl: `smtp://${CREDENTIALS}@localhost:${server.port}`, from: FROM, ca });
    const { code, isPermanent } = await failing(() => smtp.send(MAIL));
    expect([code.split(' ')[0], isPermanent, server.mails]).toEqual(['ETLS', false, []]);
    await server.close();
  });

  test('whose certificate comes from an unknown authority gets nothing', async () => {
    const server = await startSmtpServer({ tls: { ...tls, from: 'start' } });
    const smtp = openSmtp({ smtpUrl: `smtps://localhost:${server.port}`, from: FROM });
    const { isPermanent } = await failing(() => smtp.send(MAIL));
    expect([isPermanent, server.mails]).toEqual([false, []]);
    await server.close();
  });

  test('that refuses the password is not quoted: it could repeat the password', async () => {
    const server = await startSmtpServer({ tls: { ...tls, from: 'start' }, login: LOGIN });
    const smtp = openSmtp({ smtpUrl: `smtps://rolecall:wrong-secret@localhost:${server.port}`, from: FROM, ca });
    const failure = await failing(() => smtp.send(MAIL));
    expect([failure.code, failure.isPermanent]).toEqual(['EAUTH 535', false]);
    expect(failure.message).toBe('the mail server refused the user and password: 535');
    await server.close();
  });

  test.each([
    [450, false],
    [550, true],
  ])('that refuses a recipient with %i: for good %s', async (reply, isPermanent) => {
    const server = await startSmtpServer({ refuseRecipient: () => reply });
    const smtp = openSmtp({ smtpUrl: `smtp+plain://localhost:${server.port}`, from: FROM });
    const failure = await failing(() => smtp.send(MAIL));
    expect([failure.isPermanent, failure.code]).toEqual([isPermanent, `EENVELOPE ${reply}`]);
    await server.close();
  });

  test.each([INVITATION_PATH, RECOVERY_PATH, NOT_ME_PATH])(
    'that names the link %s which it rejects is quoted without it: the reply is logged',
    async (path) => {
      const rejected = (mail: ReceivedMail) => {
        const { host, pathname } = new URL(linkIn(mail));
        return `blocked: ${linkIn(mail)} and ${host}${pathname} are listed`;
      };
      const server = await startSmtpServer({ refuseText: rejected });
      const smtp = openSmtp({ smtpUrl: `smtp+plain://localhost:${server.port}`, from: FROM });
      const link = `https://iam.example.org${path}/secret-token`;
      const message = { kind: 'invitation', userName: 'ann', account: 'acme', link, endsAt: 0 } as const;
      const failure = await failing(() => smtp.send({ ...MAIL, ...renderMail({ message }) }));
      expect([failure.code, failure.isPermanent]).toEqual(['EMESSAGE 554', true]);
      expect(failure.message).toMatch(/blocked: \(link\) and \(link\) are listed$/);
      await server.close();
    },
  );

  test('that is away is a failure to be retried', async () => {
    const server = await startSmtpServer();
    await server.close();
    const smtp = openSmtp({ smtpUrl: `smtp+plain://localhost:${server.port}`, from: FROM });
    expect((await failing(() => smtp.send(MAIL))).isPermanent).toBe(false);
  });
});

test('[header injection] line breaks in names add neither header fields nor lines', async () => {
  const server = await startSmtpServer();
  const smtp = openSmtp({ smtpUrl: `smtp+plain://localhost:${server.port}`, from: FROM });
  const evil = 'ann\r\nBcc: all@example.org\r\n\r\nhttps://evil.example\u2028<b>\u202e';
  const link = 'https://iam.example.org/invitation/abc?a=1&b="2"';
  for (const message of [
    { kind: 'invitation', userName: evil, account: evil, link, endsAt: 0 },
    { kind: 'notice', event: 'factor-added', userName: evil, account: evil, detail: evil, at: 0, link },
  ] as const) {
    for (const language of MAIL_LANGUAGES) await smtp.send({ ...MAIL, ...renderMail({ message, language }) });
  }
  for (const { to, headers, text, raw } of server.mails) {
    expect([to, headers.has('bcc'), headers.get('subject')?.length]).toEqual([['ann@example.org'], false, 1]);
    expect(text.split(/\r?\n/).filter((line) => /^https:/.test(line))).toEqual([link]);
    expect(raw.slice(raw.indexOf('<html'))).not.toContain('<b>');
  }
  expect(server.mails).toHaveLength(2 * MAIL_LANGUAGES.length);
  smtp.close();
  await server.close();
});
