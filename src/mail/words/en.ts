import type { NoticeEvent } from '../../ports/mailer.ts';
import { oneLine } from '../one-line.ts';
import type { MailWords } from './mail-text.ts';

const timeOf = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

interface NoticeWords {
  readonly subject: string;
  /** Takes the sentence "… on <time>". */
  readonly happened: (userName: string, detail: string | undefined) => string;
}

const named = (detail: string | undefined): string => (detail === undefined ? '' : ` (${detail})`);

const NOTICES: Readonly<Record<NoticeEvent, NoticeWords>> = {
  'new-device': {
    subject: 'New sign-in to your account',
    happened: (name, detail) => `${name} signed in on a new device${named(detail)}`,
  },
  'password-changed': {
    subject: 'Your password was changed',
    happened: (name) => `The password of ${name} was changed`,
  },
  'password-reset': {
    subject: 'An administrator reset your password',
    happened: (name) => `An administrator reset the password of ${name}`,
  },
  'factor-added': {
    subject: 'A sign-in factor was added',
    happened: (name, detail) => `A passkey, security key or authenticator app${named(detail)} was added for ${name}`,
  },
  'factor-removed': {
    subject: 'A sign-in factor was removed',
    happened: (name, detail) => `A passkey, security key or authenticator app${named(detail)} of ${name} was removed`,
  },
  'login-linked': {
    subject: 'A login was linked to your account',
    happened: (name, detail) =>
      `A login of an outside provider${named(detail)} was linked to ${name} and can now sign in`,
  },
  'login-unlinked': {
    subject: 'A login was unlinked from your account',
    happened: (name, detail) => `A login of an outside provider${named(detail)} was unlinked from ${name}`,
  },
  'recovery-code-used': {
    subject: 'A recovery code was used',
    happened: (name) => `${name} signed in with a recovery code`,
  },
  'email-changed': {
    subject: 'Your e-mail address was changed',
    happened: (name) => `The e-mail address of ${name} was changed`,
  },
};

const BY_PROVIDER =
  'You have no password here: you sign in through your organisation’s provider. Use its button on the sign-in page, or ask there for a new password.';
const BY_ADMINISTRATOR = 'Your password can only be set by your administrator. Ask there.';

/** The mails in English. */
export const EN: MailWords = {
  test: () => ({
    subject: 'Test mail from Rolecall',
    paragraphs: ['This is a test mail. Rolecall can send mail with these settings.'],
  }),
  invitation: ({ userName, account, link, endsAt }) => ({
    subject: `Your invitation to ${oneLine(account)}`,
    paragraphs: [
      `You have been invited to sign in to ${oneLine(account)} as ${oneLine(userName)}.`,
      'Open this page to confirm your e-mail address and to choose how you sign in:',
      { link },
      `The link works once, until ${timeOf(endsAt)}.`,
      'If you did not expect this invitation, ignore this mail.',
    ],
  }),
  recovery: ({ userName, account, link, askInstead, endsAt }) => ({
    subject: `Your sign-in to ${oneLine(account)}`,
    paragraphs: [
      `A new password was asked for ${oneLine(userName)} in the account ${oneLine(account)}.`,
      ...(link === undefined
        ? [askInstead === 'provider' ? BY_PROVIDER : BY_ADMINISTRATOR]
        : [
            'Choose it on this page. If you have a second factor, the page asks for it:',
            { link },
            `The link works once, until ${timeOf(endsAt)}.`,
          ]),
      'If you did not ask for this, ignore this mail. Nothing has changed.',
    ],
  }),
  notice: ({ event, userName, account, detail, at, link }) => {
    const { subject, happened } = NOTICES[event];
    const what = happened(oneLine(userName), detail === undefined ? undefined : oneLine(detail));
    return {
      subject: `${subject} (${oneLine(account)})`,
      paragraphs: [
        `${what} on ${timeOf(at)}, in the account ${oneLine(account)}.`,
        'If this was you, there is nothing to do.',
        ...(link === undefined
          ? ['If this was not you, tell your administrator.']
          : ['If this was not you, secure your account on this page:', { link }]),
      ],
    };
  },
};
