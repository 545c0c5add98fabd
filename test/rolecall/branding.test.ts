import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newPerson } from '../../harness/person.ts';
import { encodePng } from '../../src/identity/factors/bitmap-png.ts';
import { allow, makeUser } from '../sts/people.ts';
import { ACCOUNT_ID, type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { send, signedJson } from '../support/wire.ts';

let server: InProcessServer;
beforeAll(async () => {
  server = await startInProcess();
});
afterAll(() => server.close());

async function call(operation: string, input: object, key: Key = server.admin): Promise<Record<string, unknown>> {
  const { status, body } = await send(server.url, signedJson(server.url, operation, input, key));
  return { status, ...(JSON.parse(body) as Record<string, unknown>) };
}
const put = (input: object) => call('PutAccountBranding', input);
const png = (side: number): string => encodePng([[true, false]], side).toString('base64');
const urlOf = (answer: Record<string, unknown>): string => (answer['Logo'] as { Url: string }).Url;
const signInPage = async () => {
  const seen = await newPerson(server.url).open(`${server.url}/sign-in`);
  if (seen.kind !== 'page') throw new Error('left');
  return seen;
};

describe('the branding of an account', () => {
  test('is set, read, shown on the sign-in page and removed, and the audit has it without the image', async () => {
    expect(await call('GetAccountBranding', {})).toMatchObject({ status: 400, __type: 'NoSuchBrandingException' });
    const given = { DisplayName: ' Acme <Corp> ', PrimaryColor: '#FFD500', Logo: png(16) };
    const stored = {
      DisplayName: 'Acme <Corp>',
      PrimaryColor: '#ffd500',
      Light: {
        Accent: expect.stringMatching(/^#/),
        Button: '#ffd500',
        ButtonText: '#000000',
        Contrast: expect.any(String),
      },
      Dark: { Accent: '#ffd500', Button: '#ffd500', ButtonText: '#000000', Contrast: expect.any(String) },
      Logo: { MediaType: 'image/png', Width: 32, Height: 16 },
    };
    const answer = await put(given);
    expect(answer).toMatchObject({ status: 200, ...stored });
    expect(await call('GetAccountBranding', {})).toEqual(answer);
    expect(urlOf(answer)).toMatch(new RegExp(`^${server.url}/logo/${ACCOUNT_ID}/[0-9a-f]{32}$`));

    const page = await signInPage();
    expect(page.html).toContain('<title>Sign in – Acme &lt;Corp&gt;</title>');
    expect(page.html).toContain(
      `<header><img src="${new URL(urlOf(answer)).pathname}" alt="" width="32" height="16">Acme &lt;Corp&gt;</header>`,
    );
    expect(page.html).toContain('--button:#ffd500;--on-button:#000000');

    const event = server.events.find(({ eventName }) => eventName === 'PutAccountBranding');
    expect(event).toMatchObject({
      outcome: 'allowed',
      request: { DisplayName: ' Acme <Corp> ', PrimaryColor: '#FFD500' },
    });
    expect(JSON.stringify(event)).not.toContain(png(16));

    expect(await call('DeleteAccountBranding', {})).toEqual({ status: 200 });
    expect((await signInPage()).html).toContain('<header>Rolecall</header>');
    expect(await call('DeleteAccountBranding', {})).toMatchObject({ __type: 'NoSuchBrandingException' });
  });

  test('[S16] the content security policy of a page allows both its styles by their hashes, and nothing else', async () => {
    await put({ DisplayName: 'Acme', PrimaryColor: '#0a7d3f' });
    const { html, headers } = await signInPage();
    const styles = [...html.matchAll(/<style>([^<]*)<\/style>/g)].map(([, style = '']) => style);
    const digests = await Promise.all(
      styles.map(async (style) =>
        Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(style))).toString('base64'),
      ),
    );
    const allowed = digests.map((digest) => `'sha256-${digest}'`).join(' ');
    expect(styles).toHaveLength(2);
    expect(headers.get('content-security-policy')).toContain(`style-src ${allowed};`);
    await put({ DisplayName: 'Acme' });
    const plain = await signInPage();
    expect(plain.html.match(/<style>/g)).toHaveLength(1);
    expect(plain.html).toContain('<header>Acme</header>');
  });

  test('an image has an address of its own, which ends with it', async () => {
    const first = urlOf(await put({ DisplayName: 'Acme', Logo: png(16) }));
    const served = await fetch(first);
    expect(Buffer.from(await served.arrayBuffer()).toString('base64')).toBe(png(16));
    expect(Object.fromEntries(served.headers)).toMatchObject({
      'content-type': 'image/png',
      'x-content-type-options': 'nosniff',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-security-policy': "default-src 'none'; sandbox",
    });
    const etag = served.headers.get('etag') ?? '';
    expect((await fetch(first, { headers: { 'if-none-match': etag } })).status).toBe(304);
    const second = urlOf(await put({ DisplayName: 'Acme', Logo: png(17) }));
    expect(second).not.toBe(first);
    expect([(await fetch(first)).status, (await fetch(second)).status]).toEqual([404, 200]);
    await put({ DisplayName: 'Acme' });
    expect((await fetch(second)).status).toBe(404);
  });

  test('needs a permission of its own, on the branding of the account', async () => {
    const stranger = await makeUser(server, 'stranger', allow(['rolecall:GetServerInfo']));
    const designer = await makeUser(
      server,
      'designer',
      allow(['rolecall:*'], `arn:aws:rolecall::${ACCOUNT_ID}:branding`),
    );
    for (const operation of ['PutAccountBranding', 'GetAccountBranding', 'DeleteAccountBranding']) {
      const input = operation === 'PutAccountBranding' ? { DisplayName: 'Acme' } : {};
      const refused = await call(operation, input, stranger);
      expect(String(refused['__type'])).toMatch('AccessDenied');
      expect(String(refused['message'])).toContain(`arn:aws:rolecall::${ACCOUNT_ID}:branding`);
      expect(await call(operation, input, designer)).toMatchObject({ status: 200 });
    }
  });

  const SVG = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>').toString('base64');
  test.each([
    ['a colour in words', { DisplayName: 'Acme', PrimaryColor: 'green' }, 'color'],
    ['a colour that would end the style', { DisplayName: 'Acme', PrimaryColor: '#0a7d3f}' }, 'color'],
    ['a name of two lines', { DisplayName: 'Acme\r\nBcc: x@example.org' }, 'displayName'],
    ['a name that is read backwards', { DisplayName: 'Acme\u202etxt' }, 'displayName'],
    ['a name of nothing', { DisplayName: '   ' }, 'displayName'],
    ['a long name', { DisplayName: 'a'.repeat(65) }, 'displayName'],
    ['an SVG', { DisplayName: 'Acme', Logo: SVG }, 'must be a PNG, JPEG or WebP image'],
    [
      'a huge picture',
      { DisplayName: 'Acme', Logo: png(2000) },
      'at most 2048 pixels wide and high, but is 4000 by 2000',
    ],
    ['a large file', { DisplayName: 'Acme', Logo: Buffer.alloc(102_401).toString('base64') }, 'logo'],
  ])('%s is refused, and what was set stays', async (_, input, why) => {
    await put({ DisplayName: 'Before' });
    const answer = await put(input);
    expect(answer).toMatchObject({ status: 400 });
    expect(String(answer['message']).toLowerCase()).toContain(why.toLowerCase());
    expect(await call('GetAccountBranding', {})).toMatchObject({ DisplayName: 'Before' });
  });
});
