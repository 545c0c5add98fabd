import { randomBytes } from 'node:crypto';
import { isMailAddress } from '../../../kernel/mail-address.ts';
import { renderMail } from '../../../mail/render-mail.ts';
import { MailFailure } from '../../../mail/smtp.ts';
import { openConfiguredSmtp } from '../../mail/open-app-mail.ts';
import type { CommandContext } from '../command.ts';

/** Sends a test mail at once, without the queue. @throws {Error} with a message that says what failed */
export async function testMail({ settings, report }: CommandContext, to: string): Promise<void> {
  if (!isMailAddress(to)) throw new Error(`${to} is not an e-mail address`);
  const smtp = openConfiguredSmtp(settings.mail);
  if (smtp === undefined) throw new Error('no mail server is configured: set ROLECALL_SMTP_URL and ROLECALL_MAIL_FROM');
  try {
    const id = randomBytes(16).toString('hex');
    await smtp.send({ id, to, writtenAt: Date.now(), ...renderMail({ message: { kind: 'test' } }) });
  } catch (error) {
    if (error instanceof MailFailure) throw new Error(`${error.message} (${error.code})`, { cause: error });
    throw error;
  } finally {
    smtp.close();
  }
  report.say(`the mail server took a test mail to ${to}`);
}
