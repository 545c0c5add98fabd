import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type * as oidc from 'openid-client';
import { newPerson } from '../../harness/person.ts';
import { APPS, beginLogin, discover, expectPage } from './app.ts';
import { type Installation, install } from './installation.ts';

let installation: Installation;
let app: oidc.Configuration;
beforeAll(async () => {
  installation = await install({ clients: APPS });
  await installation.addUser('alice');
  app = await discover(installation);
});
afterAll(() => installation.close());

/** A person whose browser prefers a language, at the sign-in page for an app. */
async function arrive(parameters: Record<string, string>, accepted = '') {
  const person = newPerson(installation.url, { 'accept-language': accepted });
  const { url } = await beginLogin(app, parameters);
  return { person, page: expectPage(await person.open(url.href)) };
}

describe('the language of a sign-in', () => {
  test.each([
    [{}, '', 'en', 'Sign in'],
    [{}, 'fr-CH, en;q=0.5', 'fr', 'Se connecter'],
    [{ ui_locales: 'pt ja' }, 'fr', 'ja', 'サインイン'],
    [{ ui_locales: '"><script> xx' }, 'es', 'es', 'Iniciar sesión'],
  ])('%j and Accept-Language: %s give %s', async (parameters, accepted, language, heading) => {
    const { page } = await arrive(parameters, accepted);
    expect(page.heading).toBe(heading);
    expect(page.html).toContain(`<html lang="${language}">`);
    expect(page.headers.get('content-language')).toBe(language);
    // No cache may give one person's page to another who reads another language.
    expect(page.headers.get('cache-control')).toBe('no-store');
  });

  test('is kept through its steps, and refusals are in it', async () => {
    const { page } = await arrive({ ui_locales: 'de' });
    const wrong = expectPage(
      await page.submit('Weiter', {
        'Konto-ID': 'nobody',
        Benutzername: 'alice',
        Passwort: 'wrong password of alice',
      }),
    );
    expect(wrong.text).toContain('Konto, Name oder Passwort ist falsch.');
    expect(wrong.html).toContain('<title>Fehler: Anmelden – Rolecall</title>');
  });

  test('a choice on the page beats the app and the browser, and leads back to the page', async () => {
    const { person, page } = await arrive({ ui_locales: 'de' }, 'ja');
    const chosen = expectPage(await page.submit('Français'));
    expect(chosen.url.href).toBe(page.url.href);
    expect(chosen.heading).toBe('Se connecter');
    expect(expectPage(await person.open(`${installation.url}/sign-in`)).heading).toBe('Se connecter');
    expect(expectPage(await person.open(`${installation.url}/nothing/here`)).heading).toBe('Page introuvable');
  });

  test('a choice keeps the query of the page', async () => {
    const person = newPerson(installation.url);
    const page = expectPage(await person.open(`${installation.url}/oidc/auth?client_id=none&x=%22%3E`));
    const chosen = expectPage(await page.submit('Deutsch'));
    expect(chosen.url.href).toBe(page.url.href);
    expect(chosen.status).toBe(400);
  });

  test('the form leads to no other server, comes from our pages, and takes only languages that are here', async () => {
    const post = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
      fetch(`${installation.url}/language`, {
        method: 'POST',
        headers,
        body: new URLSearchParams(fields),
        redirect: 'manual',
      });
    const away = await post({ language: 'de', to: '//evil.example/x' });
    expect(away.headers.get('location')).toBe(`${installation.url}/sign-in`);
    expect(away.headers.get('set-cookie')).toMatch(
      /^rolecall-language=de; path=\/; expires=.*; samesite=lax; httponly$/i,
    );
    const unknown = await post({ language: 'xx;path=/', to: '/start' });
    expect(unknown.headers.get('set-cookie')).toBeNull();
    expect(unknown.headers.get('location')).toBe(`${installation.url}/start`);
    const foreign = await post({ language: 'de', to: '/start' }, { 'sec-fetch-site': 'cross-site' });
    expect([foreign.status, foreign.headers.get('set-cookie')]).toEqual([403, null]);
    const read = await fetch(`${installation.url}/language`);
    expect([read.status, read.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
  });

  test('discovery names the languages', () => {
    expect(app.serverMetadata()['ui_locales_supported']).toEqual(['en', 'de', 'fr', 'es', 'ja']);
  });
});
