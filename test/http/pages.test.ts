import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import Koa, { type Context } from 'koa';
import { csrfTokens, isSameOriginPost } from '../../src/http/csrf.ts';
import { errorPages } from '../../src/http/error-page.ts';
import { escapeHtml, html, Text } from '../../src/http/html.ts';
import { renderPage } from '../../src/http/page.ts';
import { readForm } from '../../src/http/read-form.ts';
import { requestIdMaker } from '../../src/http/request-id.ts';
import { contentSecurityPolicy, securityHeaders } from '../../src/http/security-headers.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { ServiceError } from '../../src/kernel/service-error.ts';
import { leaveFor } from '../../src/sign-in/connectors/leave-for.ts';

describe('templates', () => {
  test('escape all values', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const { markup } = html`<p title="${text}">${text}</p>`;
        const inside = markup.slice('<p title="'.length, -'</p>'.length);
        expect(inside).not.toMatch(/[<'](?!\/p)/);
        expect(inside.split('"')).toHaveLength(2);
      }),
    );
  });

  test('omit absent values, and include templates and lists unescaped', () => {
    const items = ['a', '<b>'].map((text) => html`<li>${text}</li>`);
    expect(html`${undefined}${false}${0}<ul>${items}</ul>`.markup).toBe('0<ul><li>a</li><li>&lt;b&gt;</li></ul>');
    expect(html`${{ markup: '<i>' } as never}`.markup).not.toContain('<i>');
    expect(escapeHtml(`&<>"'`)).toBe('&amp;&lt;&gt;&quot;&#39;');
  });

  test('a page has a language, a title, a viewport for phones, and one style', () => {
    const page = renderPage({ title: new Text(() => 'A & B'), body: html`<h1>x</h1>` });
    expect(page).toContain('<html lang="en">');
    expect(page).toContain('<title>A &amp; B – Rolecall</title>');
    expect(page).toContain('name="viewport"');
    expect(page.match(/<style>/g)).toHaveLength(1);
  });
});

describe('[S16] security headers', () => {
  test('the policy allows only our own style and scripts, and forms of pages that lead to no app stay on this origin', () => {
    const hash = "'sha256-[A-Za-z0-9+/=]+'";
    // The scripts of the start page and of passkeys.
    const policy = (form: string) =>
      new RegExp(
        `^default-src 'none'; style-src ${hash}; script-src ${hash} ${hash}; img-src 'self'; ${form}frame-ancestors 'none'; base-uri 'none'$`,
      );
    expect(contentSecurityPolicy('here')).toMatch(policy("form-action 'self'; "));
    expect(contentSecurityPolicy('apps')).toMatch(policy(''));
  });

  test('a page with a form for a provider escapes what is in it, and may only run the script that submits it', () => {
    const headers = new Map<string, string>();
    const answer = { req: { headers: {} }, set: (name: string, value: string) => headers.set(name, value), body: '' };
    const fields = { RelayState: '"><script>' };
    leaveFor(answer as unknown as Context, { post: { action: 'https://idp.example.com/sso?a=1&b=2', fields } });
    expect(answer.body).toContain('<form method="post" action="https://idp.example.com/sso?a=1&amp;b=2">');
    expect(answer.body).toContain('name="RelayState" value="&quot;&gt;&lt;script&gt;"');
    expect(answer.body).toContain('<button type="submit">');
    const scripts = [...answer.body.matchAll(/<script[^>]*>(.*?)<\/script>/gs)].map(([, script = '']) => script);
    expect(scripts).toHaveLength(1);
    const hash = createHash('sha256').update(scripts.join()).digest('base64');
    const policy = headers.get('Content-Security-Policy');
    expect(policy).toContain(`; script-src 'sha256-${hash}'; `);
    expect(policy).not.toContain('form-action');
    expect(contentSecurityPolicy('apps')).not.toContain(hash);
  });

  test('pages that lead to apps keep their opener', () => {
    const opener = (leads: 'here' | 'apps') =>
      securityHeaders({ secure: true, leads }).find(([name]) => name === 'Cross-Origin-Opener-Policy')?.[1];
    expect([opener('here'), opener('apps')]).toEqual(['same-origin', undefined]);
  });

  test('HSTS is sent only over https', () => {
    const names = (secure: boolean) => securityHeaders({ secure, leads: 'here' }).map(([name]) => name);
    expect(names(true)).toContain('Strict-Transport-Security');
    expect(names(false)).not.toContain('Strict-Transport-Security');
  });
});

describe('CSRF tokens', () => {
  const tokens = csrfTokens(Buffer.alloc(32, 1));
  test('are valid for one browser and one purpose', () => {
    const token = tokens.make('browser', 'form');
    expect(tokens.check(token, 'browser', 'form')).toBe(true);
    expect(tokens.check(token, 'other', 'form')).toBe(false);
    expect(tokens.check(token, 'browser', 'other')).toBe(false);
    expect(csrfTokens(Buffer.alloc(32, 2)).check(token, 'browser', 'form')).toBe(false);
    for (const wrong of [undefined, '', 'x', `${token}x`, token.slice(1)]) {
      expect(tokens.check(wrong, 'browser', 'form')).toBe(false);
    }
  });

  test.each([
    [{ origin: 'https://id.example' }, true],
    [{ origin: 'https://evil.example' }, false],
    [{ origin: 'null' }, true],
    [{}, true],
    [{ 'sec-fetch-site': 'same-origin', origin: 'null' }, true],
    [{ 'sec-fetch-site': 'cross-site', origin: 'null' }, false],
    [{ 'sec-fetch-site': 'same-site', origin: 'https://id.example' }, false],
    [{ 'sec-fetch-site': 'none' }, false],
  ])('a post with %j is same-origin: %s', (headers, expected) => {
    expect(isSameOriginPost(headers, 'https://id.example')).toBe(expected);
  });
});

test('request ids are unpredictable UUIDs', () => {
  const ids = Array.from({ length: 1000 }, requestIdMaker(systemRandom()));
  expect(new Set(ids).size).toBe(1000);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

describe('pages over HTTP', () => {
  let server: Server;
  let url: string;
  const logged: unknown[] = [];
  beforeAll(async () => {
    const app = new Koa<{ requestId: string }>();
    app.use((ctx, next) => {
      ctx.state.requestId = 'request-1';
      return next();
    });
    app.use(errorPages((error) => logged.push(error)));
    app.use(async (ctx) => {
      if (ctx.path === '/known') throw new ServiceError('AccessDenied', 'You <may> not.');
      if (ctx.path === '/unknown') throw new Error('a secret detail');
      if (ctx.path === '/ours') throw new ServiceError('ServiceUnavailable', 'inner detail');
      if (ctx.path === '/form') ctx.body = (await readForm(ctx.req as IncomingMessage, 100)).get('a') ?? 'absent';
    });
    server = createServer(app.callback());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.close();
  });

  test.each([
    ['/known', 403, 'You &lt;may&gt; not.', 0],
    ['/unknown', 500, 'The server could not complete the request.', 1],
    ['/ours', 503, 'The server could not complete the request.', 1],
    ['/nothing', 404, 'There is no page at this address.', 0],
  ])('%s → %i', async (path, status, text, logs) => {
    logged.length = 0;
    const answer = await fetch(url + path);
    const page = await answer.text();
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('text/html');
    expect(page).toContain(text);
    expect(page).toContain('request-1');
    expect(page).not.toMatch(/secret detail|inner detail|at .*\.ts/);
    expect(logged).toHaveLength(logs);
  });

  test('a body that is too large gets an answer, whether its length is declared or not, and its connection is not reused', async () => {
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    for (let round = 0; round < 10; round++) {
      const large = `a=${'b'.repeat(1_000_000)}`;
      const body = round % 2 === 0 ? large : new Blob([large]).stream();
      const answer = await fetch(`${url}/form`, { method: 'POST', headers: type, body, duplex: 'half' } as RequestInit);
      expect(answer.status).toBe(413);
      expect(answer.headers.get('connection')).toBe('close');
      expect(await answer.text()).toContain('too large');
      const next = await fetch(`${url}/form`, { method: 'POST', headers: type, body: 'a=1' });
      expect(await next.text()).toBe('1');
    }
  });

  test.each([
    ['a form', 'a=1', 'application/x-www-form-urlencoded', 200, '1'],
    ['a form with a charset', 'a=%C3%A9', 'application/x-www-form-urlencoded; charset=utf-8', 200, 'é'],
    ['a field that comes twice', 'a=1&a=2', 'application/x-www-form-urlencoded', 200, 'absent'],
    ['JSON', '{"a":1}', 'application/json', 400, 'could not be read'],
    ['too much', `a=${'x'.repeat(200)}`, 'application/x-www-form-urlencoded', 413, 'too large'],
  ])('%s', async (_, body, type, status, text) => {
    const answer = await fetch(`${url}/form`, { method: 'POST', body, headers: { 'content-type': type } });
    expect(answer.status).toBe(status);
    expect(await answer.text()).toContain(text);
  });
});
