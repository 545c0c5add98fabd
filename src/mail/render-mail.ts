import { MAIL_LANGUAGES, type OutgoingMail } from '../ports/mailer.ts';
import { type MailText, mailText } from './mail-text.ts';
import type { RenderedMail } from './rendered-mail.ts';

/** A mail in words. */
export function renderMail({
  message,
  language = MAIL_LANGUAGES[0],
}: Pick<OutgoingMail, 'message' | 'language'>): RenderedMail {
  const { subject, paragraphs } = mailText(message, language);
  return {
    subject,
    text: `${paragraphs.map((part) => (typeof part === 'string' ? part : part.link)).join('\n\n')}\n`,
    html: `<!doctype html>\n<html lang="${language}"><body>\n${paragraphs.map(paragraphHtml).join('\n')}\n</body></html>\n`,
  };
}

/** Links are shown as they are, so that people see where they lead. */
function paragraphHtml(part: MailText['paragraphs'][number]): string {
  if (typeof part === 'string') return `<p>${escaped(part)}</p>`;
  return `<p><a href="${escaped(part.link)}">${escaped(part.link)}</a></p>`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}
