import * as z from 'zod';
import { readSender } from './address.ts';
import { parseSmtpUrl } from './smtp-url.ts';

/** Error messages do not repeat the refused value, which may contain a password. */
const smtpUrlShape = z.string().superRefine((url, context) => {
  try {
    parseSmtpUrl(url);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
  }
});

/** The mail server that invitations and notices are sent by. */
export const mailSettingsShape = z
  .strictObject({
    smtpUrl: smtpUrlShape
      .optional()
      .describe(
        'The mail server: `smtps://user:password@host[:465]` (TLS), `smtp://…[:587]` (STARTTLS, required), or `smtp+plain://…[:25]` without encryption and password, for a relay on the same machine ([mail.md](mail.md)). Default: no mail is sent.',
      ),
    from: z
      .string()
      .refine((text) => readSender(text) !== undefined, 'must be address@example.org or Name <address@example.org>')
      .optional()
      .describe('The sender: `address@example.org` or `Name <address@example.org>`. Required with `mail.smtpUrl`.'),
    caFile: z
      .string()
      .min(1)
      .optional()
      .describe(
        'A PEM file with the certificate authorities that the mail server’s certificate may come from, instead of the public ones. Read at the start.',
      ),
  })
  .refine(
    ({ smtpUrl, from }) => (smtpUrl === undefined) === (from === undefined),
    'smtpUrl and from (ROLECALL_SMTP_URL and ROLECALL_MAIL_FROM) must be given together',
  );
export type MailSettings = z.output<typeof mailSettingsShape>;
