import type { MailMessage } from '../ports/mailer.ts';
import type { RenderedMail } from './rendered-mail.ts';
import { EN } from './words/en.ts';
import type { MailText } from './words/mail-text.ts';

/** A mail in words. */
export function renderMail(message: MailMessage): RenderedMail {
  const { subject, paragraphs } = textOf(message);
  return {
    subject,
    text: `${paragraphs.map((part) => (typeof part === 'string' ? part : part.link)).join('\n\n')}\n`,
    html: `<!doctype html>\n<html lang="en"><body>\n${paragraphs.map(paragraphHtml).join('\n')}\n</body></html>\n`,
  };
}

function textOf(message: MailMessage): MailText {
  switch (message.kind) {
    case 'test':
      return EN.test();
    case 'invitation':
      return EN.invitation(message);
    case 'recovery':
      return EN.recovery(message);
    case 'notice':
      return EN.notice(message);
  }
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
