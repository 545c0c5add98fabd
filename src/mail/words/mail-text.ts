import type { MailMessage } from '../../ports/mailer.ts';

/** The words of one mail. */
export interface MailText {
  readonly subject: string;
  /** Each is one line of text, or a link on a line of its own. */
  readonly paragraphs: readonly (string | { readonly link: string })[];
}

type OfKind<Kind extends MailMessage['kind']> = Extract<MailMessage, { kind: Kind }>;

/** All mails in one language. */
export interface MailWords {
  test(): MailText;
  invitation(mail: OfKind<'invitation'>): MailText;
  recovery(mail: OfKind<'recovery'>): MailText;
  notice(mail: OfKind<'notice'>): MailText;
}
