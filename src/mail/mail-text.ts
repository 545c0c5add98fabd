import { utcMinute } from '../kernel/utc-minute.ts';
import type { MailLanguage, MailMessage } from '../ports/mailer.ts';
import { oneLine } from './one-line.ts';
import { DE } from './words/de.ts';
import { EN } from './words/en.ts';
import { ES } from './words/es.ts';
import { FR } from './words/fr.ts';
import { JA } from './words/ja.ts';
import type { MailTexts } from './words/mail-texts.ts';

/** The words of one mail. */
export interface MailText {
  readonly subject: string;
  /** Each is one line of text, or a link on a line of its own. */
  readonly paragraphs: readonly (string | { readonly link: string })[];
}

type OfKind<Kind extends MailMessage['kind']> = Extract<MailMessage, { kind: Kind }>;

/** The texts of all languages. A new language is a file, a line here and one in `ports/mailer.ts`. */
export const MAIL_TEXTS: Readonly<Record<MailLanguage, MailTexts>> = { en: EN, de: DE, fr: FR, es: ES, ja: JA };

/** A mail in the words of a language. */
export function mailText(message: MailMessage, language: MailLanguage): MailText {
  const texts = MAIL_TEXTS[language];
  switch (message.kind) {
    case 'test':
      return { subject: texts.test.subject, paragraphs: [texts.test.sent] };
    case 'invitation':
      return invitation(message, texts.invitation, language);
    case 'recovery':
      return recovery(message, texts.recovery, language);
    case 'code':
      return code(message, texts.code, language);
    case 'request':
      return request(message, texts.request, language);
    case 'credential':
      return credential(message, texts.credential, language);
    case 'notice':
      return notice(message, texts, language);
  }
}

function invitation(
  { userName, account, link, endsAt }: OfKind<'invitation'>,
  texts: MailTexts['invitation'],
  language: MailLanguage,
): MailText {
  return {
    subject: filled(texts.subject, { account }),
    paragraphs: [
      filled(texts.invited, { account, person: userName }),
      texts.open,
      { link },
      filled(texts.until, { time: utcMinute(endsAt, language) }),
      texts.ignore,
    ],
  };
}

function recovery(
  { userName, account, link, askInstead, endsAt }: OfKind<'recovery'>,
  texts: MailTexts['recovery'],
  language: MailLanguage,
): MailText {
  const instead = askInstead === 'provider' ? texts.byProvider : texts.byAdministrator;
  return {
    subject: filled(texts.subject, { account }),
    paragraphs: [
      filled(texts.asked, { account, person: userName }),
      ...(link === undefined
        ? [instead]
        : [texts.choose, { link }, filled(texts.until, { time: utcMinute(endsAt, language) })]),
      texts.ignore,
    ],
  };
}

function code(
  { purpose, userName, account, code, endsAt }: OfKind<'code'>,
  texts: MailTexts['code'],
  language: MailLanguage,
): MailText {
  return {
    subject: filled(texts.subject, { account }),
    paragraphs: [
      filled(texts[purpose], { account, person: userName }),
      // In two groups, as people read it out.
      code.replace(/^(\d{4})(?=\d{4}$)/, '$1 '),
      filled(texts.until, { time: utcMinute(endsAt, language) }),
      texts.keep,
      purpose === 'address' ? texts.ignore : texts.notYou,
    ],
  };
}

function request(
  { userName, account, app, link, endsAt }: OfKind<'request'>,
  texts: MailTexts['request'],
  language: MailLanguage,
): MailText {
  return {
    subject: filled(texts.subject, { app }),
    paragraphs: [
      filled(texts.asks, { account, app, person: userName }),
      texts.answer,
      { link },
      filled(texts.until, { time: utcMinute(endsAt, language) }),
      texts.ignore,
    ],
  };
}

function credential(
  { userName, account, accessKeyId, reason, days, endsAt }: OfKind<'credential'>,
  texts: MailTexts['credential'],
  language: MailLanguage,
): MailText {
  const time = endsAt === undefined ? '' : utcMinute(endsAt, language);
  const values = { account, person: userName, key: accessKeyId ?? '', days: String(days), time };
  const words = accessKeyId === undefined ? texts.password : texts.key;
  const [subject, said, advice] =
    endsAt === undefined ? [words.ended, words.was, words.adviceAfter] : [words.ending, words.will, words.advice];
  return {
    subject: filled(subject, values),
    paragraphs: [filled(said, values), filled(texts.reasons[reason], values), advice],
  };
}

function notice(
  { event, userName, account, detail, at, link, isForOwner }: OfKind<'notice'>,
  { named, notice: texts, notices }: MailTexts,
  language: MailLanguage,
): MailText {
  const { subject, happened } = notices[event];
  const values = {
    person: userName,
    named: detail === undefined ? '' : filled(named, { detail }),
    time: utcMinute(at, language),
    account,
  };
  const advice = isForOwner
    ? [texts.check]
    : [texts.ifYou, ...(link === undefined ? [texts.tellAdministrator] : [texts.secure, { link }])];
  return {
    subject: filled(texts.subject, { what: subject, account }),
    paragraphs: [filled(happened, values), ...advice],
  };
}

/** Puts values into the placeholders of a text. Every value becomes part of one line. */
function filled(text: string, values: Readonly<Record<string, string>>): string {
  // `named` begins with a space, which belongs to it.
  return text.replace(/\{(\w+)\}/g, (_, name: string) =>
    name === 'named' ? (values[name] ?? '') : oneLine(values[name] ?? ''),
  );
}
