import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { html } from '../../src/http/html.ts';
import { pageToReturnTo } from '../../src/http/language-chooser.ts';
import { chooseLanguage } from '../../src/http/messages/choose-language.ts';
import { dayOf, minuteOf } from '../../src/http/messages/dates.ts';
import { ENGLISH } from '../../src/http/messages/en/index.ts';
import { LANGUAGES, type Messages } from '../../src/http/messages/languages.ts';
import type { MessageText } from '../../src/http/messages/message-text.ts';
import { say } from '../../src/http/messages/say.ts';
import { sentence } from '../../src/http/messages/sentence.ts';
import { renderPage } from '../../src/http/page.ts';
import { viewOf } from '../../src/http/page-view.ts';

const OTHERS = [...LANGUAGES].filter(([tag]) => tag !== 'en');

function flat(messages: Messages): ReadonlyMap<string, MessageText> {
  return new Map(
    Object.entries(messages).flatMap(([area, inArea]) =>
      Object.entries<MessageText>(inArea).map(([key, text]) => [`${area}.${key}`, text] as const),
    ),
  );
}

const forms = (text: MessageText): readonly string[] => (typeof text === 'string' ? [text] : Object.values(text));
const placeholders = (text: string): readonly string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);

describe('messages', () => {
  const english = flat(ENGLISH);

  test.each(OTHERS)('[%s] has the keys of English, and no others', (_tag, { messages }) => {
    expect([...flat(messages).keys()]).toEqual([...english.keys()]);
  });

  test.each(OTHERS)(
    '[%s] has the placeholders of English in every form, and the plural forms of the language',
    (tag, { messages }) => {
      const wrong = [...flat(messages)].filter(([name, text]) => {
        const wanted = new Set(forms(english.get(name) ?? '').flatMap(placeholders));
        const isComplete = forms(text).every(
          (form) =>
            wanted.size === new Set(placeholders(form)).size && placeholders(form).every((each) => wanted.has(each)),
        );
        // Whole numbers only: French and Spanish have a form of their own for millions, which pages never count to.
        const needed = new Set([0, 1, 2, 3, 5, 11, 21, 100].map((count) => new Intl.PluralRules(tag).select(count)));
        const hasForms = typeof text === 'string' || [...needed].every((form) => form in text);
        return !isComplete || !hasForms || typeof text !== typeof english.get(name);
      });
      expect(wrong).toEqual([]);
    },
  );

  test.each([...LANGUAGES])('[%s] has no markup and no empty text', (_tag, { messages }) => {
    for (const [, text] of flat(messages)) for (const form of forms(text)) expect(form).toMatch(/^[^<>&]+$/);
  });

  test('every message is shown by some page', () => {
    const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.includes('messages/'))
      .map((file) => readFileSync(join('src', file), 'utf8'))
      .join('\n');
    const unused = [...english.keys()].filter(
      (name) => !name.startsWith('refusals.') && !sources.includes(`'${name}'`),
    );
    const unsaid = Object.values(ENGLISH.refusals).filter((text) => {
      const [longest = ''] = text.split(/\{\w+\}|\.$/).sort((one, other) => other.length - one.length);
      return (
        !sources.includes(longest) &&
        !sources.includes(longest.replace(/ (uppercase letter|lowercase letter|number|symbol)$/, ''))
      );
    });
    expect([unused, unsaid]).toEqual([[], []]);
  });

  test('no page has a text between its tags that is not a message', () => {
    const unsaid = ['http', 'oidc', 'sign-in', 'bridge'].flatMap((layer) =>
      readdirSync(join('src', layer), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts') && !file.includes('messages/'))
        .flatMap((file) => {
          const source = readFileSync(join('src', layer, file), 'utf8').replace(/<code>.*?<\/code>/g, '');
          return source.match(/>[^<>$`{}'=;()\n]*[a-z]{2} [a-z]{2}[^<>$`{}'=;()\n]*<\//gi) ?? [];
        }),
    );
    expect(unsaid).toEqual([]);
  });

  test('values are escaped unless they are Html, and plural forms follow the number', () => {
    const evil = '<b>"x"</b>';
    expect(html`<p>${say('frame.continueTo', { app: evil })}</p>`.in('de')).toBe(
      '<p>Weiter zu &lt;b&gt;&quot;x&quot;&lt;/b&gt;</p>',
    );
    expect(html`${say('frame.continueTo', { app: html`<b>x</b>` })}`.in('ja')).toBe('<b>x</b> に進む');
    const wait = (count: number) => html`${say('frame.tooManyFailures', { wait: say('frame.minutes', { count }) })}`;
    expect(wait(1).markup).toBe('There were too many failed attempts. Try again in 1 minute.');
    expect(wait(2).in('de')).toContain('in 2 Minuten erneut');
    expect(wait(1).in('ja')).toContain('1 分後');
  });

  test('a sentence from below the pages is translated with its values, and stays English if no language has it', () => {
    const found = sentence('Password should have a minimum length of 15.');
    expect(html`${found}`.in('de')).toBe('Das Passwort muss mindestens 15 Zeichen lang sein.');
    expect(html`${found}`.markup).toBe('Password should have a minimum length of 15.');
    expect(html`${sentence('Role <x> is missing.')}`.in('fr')).toBe('Role &lt;x&gt; is missing.');
  });

  test('dates are in the order of the language, with the time zone', () => {
    const time = Date.parse('2026-11-30T14:05:00Z');
    expect(html`${dayOf(time)} ${minuteOf(time)}`.markup).toBe('2026-11-30 2026-11-30 14:05 UTC');
    expect(html`${dayOf(time)} ${minuteOf(time)}`.in('de')).toMatch(/^30\.11\.2026 30\. Nov\. 2026, 14:05 UTC$/);
    expect(html`${minuteOf(time)}`.in('ja')).toContain('14:05 UTC');
  });
});

describe('the language of a page', () => {
  test.each([
    ['nothing is asked for', {}, 'en'],
    ['a choice on a page comes first', { chosen: 'fr', uiLocales: 'de', accepted: 'es' }, 'fr'],
    ['then the languages of the app, in their order', { uiLocales: 'pt-BR de-AT fr', accepted: 'es' }, 'de'],
    ['then the browser', { accepted: 'es-MX,es;q=0.9,en;q=0.8' }, 'es'],
    ['the heaviest range wins, wherever it stands', { accepted: 'en;q=0.5, ja;q=0.9, de;q=0.7' }, 'ja'],
    ['of equal ones the first', { accepted: 'fr;q=0.8,de;q=0.8' }, 'fr'],
    ['a range of weight 0 is not acceptable', { accepted: 'de;q=0, fr;q=0.1' }, 'fr'],
    ['any other language is English', { accepted: 'pt, *;q=0.5' }, 'en'],
    ['no wish that can be met', { chosen: 'xx', uiLocales: 'pt it', accepted: 'pt' }, 'en'],
    ['values of other kinds are ignored', { uiLocales: ['de'], accepted: ';;q=,q=1;de' }, 'en'],
    ['markup is no language', { chosen: '"><b>', uiLocales: '<script>', accepted: '\u0000' }, 'en'],
    ['a malformed weight is not acceptable', { accepted: 'de;q=2, fr;q=x, es;q=0.3' }, 'es'],
    ['case does not matter', { accepted: 'DE-de' }, 'de'],
    ['a long list is cut off', { accepted: `${'pt,'.repeat(1000)}de` }, 'en'],
  ])('%s', (_title, wishes, language) => {
    expect(chooseLanguage(wishes)).toBe(language);
  });

  test('the cookie is found among others, with and without its prefix', () => {
    const of = (cookie: string) => viewOf({ req: { headers: { cookie } } }).language;
    expect(of('a=b; rolecall-language=de; c=d')).toBe('de');
    expect(of('__Host-rolecall-language=ja')).toBe('ja');
    expect(of('xrolecall-language=de')).toBe('en');
  });

  test('a page says its language, and returns to itself after a choice', () => {
    const view = viewOf({
      req: { headers: { 'accept-language': 'de' }, originalUrl: '/oidc/auth?a=secret' },
      originalUrl: '/auth?posted=1&b="',
    });
    const page = renderPage({ title: say('signIn.title'), body: html`` }, view);
    expect(page).toContain('<html lang="de">');
    expect(page).toContain('<title>Anmelden – Rolecall</title>');
    expect(page).toContain('name="to" value="/oidc/auth?posted=1&amp;b=&quot;"');
    expect(page).not.toContain('secret');
    for (const [tag, { name }] of LANGUAGES)
      expect(page).toContain(`lang="${tag}"${tag === 'de' ? ' aria-current="true"' : ''}>${name}<`);
  });

  test.each([
    ['/start?q=a', '/start?q=a'],
    ['/oidc/interaction/x', '/oidc/interaction/x'],
    [undefined, '/'],
    ['', '/'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['/.//evil.example', '/'],
    ['https://evil.example/', '/'],
    ['javascript:alert(1)', '/'],
    ['/a\r\nSet-Cookie: x=y', '/aSet-Cookie:%20x=y'],
    ['/language', '/'],
    ['/sign-in#x', '/sign-in'],
  ])('after a choice, %j leads to %j', (to, at) => {
    expect(pageToReturnTo(to, '/')).toBe(at);
  });
});
