import { describe, expect, test } from '@jest/globals';
import { LANGUAGE_TAGS } from '../../src/http/messages/languages.ts';
import { MAIL_TEXTS } from '../../src/mail/mail-text.ts';
import { renderMail } from '../../src/mail/render-mail.ts';
import { MAIL_LANGUAGES, mailLanguage, type NoticeEvent } from '../../src/ports/mailer.ts';

/** All texts of a language by their paths, with their placeholders. */
function flat(texts: object, at = ''): readonly (readonly [path: string, text: string])[] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === 'string' ? [[`${at}${key}`, value] as const] : flat(value as object, `${at}${key}.`),
  );
}
const placeholders = (text: string): readonly string[] => [...text.matchAll(/\{\w+\}/g)].map(([each]) => each).sort();
const EVENTS = Object.keys(MAIL_TEXTS.en.notices) as readonly NoticeEvent[];

describe('the texts of mails', () => {
  test('are in the languages of the pages', () => {
    expect([...MAIL_LANGUAGES].sort()).toEqual([...LANGUAGE_TAGS].sort());
  });

  test.each(MAIL_LANGUAGES)('[%s] have the placeholders of English, no markup, and are translated', (language) => {
    const english = flat(MAIL_TEXTS.en);
    const own = flat(MAIL_TEXTS[language]);
    expect(own.map(([path, text]) => [path, placeholders(text)])).toEqual(
      english.map(([path, text]) => [path, placeholders(text)]),
    );
    for (const [, text] of own) expect(text).toMatch(/^[^<>&\r\n]+$/);
    const same = own.filter(([path, text]) => new Map(english).get(path) === text).map(([path]) => path);
    if (language !== 'en') expect(same).toEqual(['named', 'notice.subject']);
  });

  test.each(MAIL_LANGUAGES)('[%s] name the person, the account, the time and what was changed', (language) => {
    const at = Date.parse('2026-11-30T14:05:00Z');
    for (const event of EVENTS) {
      const message = { kind: 'notice', event, userName: 'ann', account: 'Acme', detail: 'x-y', at } as const;
      const { subject, text, html } = renderMail({ message, language });
      expect(html).toContain(`<html lang="${language}">`);
      expect(subject).toContain('(Acme)');
      const named = event === 'root-used' ? [] : ['ann'];
      for (const part of [...named, 'Acme', ' (x-y)', '2026', '14:05', 'UTC']) expect(text).toContain(part);
      const { detail: _, ...without } = message;
      expect(renderMail({ message: without, language }).text).not.toContain('x-y');
      expect(`${subject}${text}`).not.toMatch(/[{}]/);
    }
  });

  test.each([
    ['de', 'Ihre Einladung: Acme', '30. Nov. 2026, 14:05 UTC'],
    ['ja', 'Acme への招待', '2026年11月30日 14:05 UTC'],
  ] as const)('[%s] an invitation', (language, subject, time) => {
    const endsAt = Date.parse('2026-11-30T14:05:00Z');
    const link = 'https://iam.example.org/invitation/abc';
    const message = { kind: 'invitation', userName: 'ann', account: 'Acme', link, endsAt } as const;
    const mail = renderMail({ message, language });
    expect(mail.subject).toBe(subject);
    expect(mail.text).toContain(time);
    expect(mail.text).toContain(`\n${link}\n`);
  });

  test.each(MAIL_LANGUAGES)(
    '[%s] a request of an app names the app, the person and the time, and has the link',
    (language) => {
      const endsAt = Date.parse('2026-11-30T14:05:00Z');
      const link = 'https://iam.example.org/sign-in/requests/abc';
      const message = { kind: 'request', userName: 'ann', account: 'Acme', app: 'Till\n4', link, endsAt } as const;
      const { subject, text } = renderMail({ message, language });
      expect(subject).toContain('Till 4');
      for (const part of ['Till 4', 'ann', 'Acme', '14:05', `\n${link}\n`]) expect(text).toContain(part);
      expect(`${subject}${text}`).not.toMatch(/[{}]/);
    },
  );

  test.each(MAIL_LANGUAGES)('[%s] a credential that ends: which, whose, when and why', (language) => {
    const about = { kind: 'credential', userName: 'ann', account: 'Acme' } as const;
    const endsAt = Date.parse('2026-11-30T14:05:00Z');
    const key = { ...about, accessKeyId: 'AKIAEXAMPLE', reason: 'age', days: 90 } as const;
    const password = { ...about, reason: 'unused', days: 60 } as const;
    const [ending, ended, idle, asleep] = [{ ...key, endsAt }, key, { ...password, endsAt }, password].map((message) =>
      renderMail({ message, language }),
    );
    for (const part of ['ann', 'Acme', 'AKIAEXAMPLE', '90', '14:05']) expect(ending?.text).toContain(part);
    expect(ended?.text).toContain('AKIAEXAMPLE');
    expect(`${ended?.text}${asleep?.text}`).not.toContain('UTC');
    for (const part of ['ann', 'Acme', '60', '14:05']) expect(idle?.text).toContain(part);
    const all = [ending, ended, idle, asleep];
    expect(new Set(all.map((mail) => mail?.subject)).size).toBe(4);
    for (const mail of all) expect(`${mail?.subject}${mail?.text}`).not.toMatch(/[{}]/);
  });

  test('a placeholder in a name is no placeholder', () => {
    const message = { kind: 'notice', event: 'new-device', userName: '{time}', account: '{named}', at: 0 } as const;
    expect(renderMail({ message }).text).toContain('{time} signed in on a new device on 1970-01-01 00:00 UTC');
    expect(renderMail({ message }).text).toContain('in the account {named}.');
  });

  test.each([
    ['de', 'de'],
    ['xx', undefined],
    [undefined, undefined],
    ['toString', undefined],
  ])('the language for %s is %s', (tag, language) => {
    expect(mailLanguage(tag)).toBe(language);
  });
});
