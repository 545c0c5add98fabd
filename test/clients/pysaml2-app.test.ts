import { type ChildProcessByStdio, execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { endsWithUs } from '../../harness/ends-with-us.ts';
import { readForms } from '../../harness/html-forms.ts';
import { newPerson, type PageSeen, type Person, type Seen } from '../../harness/person.ts';
import { type RunningServer, startServer } from '../../harness/start-server.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { run } from '../app/commands/run.ts';
import { rollOverSamlKey } from './saml-scene.ts';
import { withPeer } from './with-peer.ts';

/** pysaml2 as service providers: reads our metadata, signs and encrypts by xmlsec1, and judges our responses. */
const PYTHON = '/usr/bin/python3';
const PROGRAM = fileURLToPath(new URL('./pysaml2_sp.py', import.meta.url));
const LOOK = 'import importlib.util, sys; sys.exit(importlib.util.find_spec("saml2") is None)';
const isThere = spawnSync(PYTHON, ['-c', LOOK]).status === 0;
const SITE = 'https://pysaml2.example.com';
const FORMATS = { transient: '2.0:nameid-format:transient', email: '1.1:nameid-format:emailAddress' } as const;
const formatUrn = (name: keyof typeof FORMATS): string => `urn:oasis:names:tc:SAML:${FORMATS[name]}`;
const SUCCESS = 'urn:oasis:names:tc:SAML:2.0:status:Success';

/** Their settings in pysaml2, and what their entries here have in addition to what their metadata say. */
const PROVIDERS = {
  plain: { settings: { allow_unsolicited: true }, entry: { encryptionCertificate: undefined } },
  sealed: { settings: { signed: true, want_response_signed: true, logout: 'post' }, entry: { signResponse: true } },
  // pysaml2 signs redirects by RSA alone.
  ec: {
    settings: { signed: true, key: 'ec', logout: 'post', want_response_signed: true, want_assertions_signed: false },
    entry: { signAssertion: false, signResponse: true },
  },
  other: { settings: {}, entry: { encryptionCertificate: undefined } },
} as const;
type Name = keyof typeof PROVIDERS;
const NAMES = Object.keys(PROVIDERS) as Name[];

interface Sent {
  readonly url?: string;
  readonly html?: string;
}

/** What pysaml2 makes of a response. */
interface Answer {
  readonly attributes?: Readonly<Record<string, readonly string[]>>;
  readonly nameId?: string;
  readonly format?: string;
  readonly context?: string;
  readonly kept?: string;
  readonly refused?: string;
  readonly error?: string;
}

interface Asking {
  readonly name: Name;
  readonly binding?: 'redirect' | 'post';
  readonly how?: object;
  readonly context?: readonly string[];
}

const withPysaml2 = withPeer(isThere, 'pysaml2');
withPysaml2('pysaml2 as service provider (skipped if it is not installed)', () => {
  const directory = temporaryDirectory();
  const key = { ROLECALL_KEY_ENCRYPTION_KEY: randomBytes(32).toString('base64') };
  let server: RunningServer;
  let python: ChildProcessByStdio<Writable, Readable, null>;
  let lines: AsyncIterator<string>;

  async function ask<Result>(command: string, given: object): Promise<Result> {
    python.stdin.write(`${JSON.stringify({ command, ...given })}\n`);
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`pysaml2 ended at ${command}`);
    return JSON.parse(value) as Result;
  }

  const settings = Object.fromEntries(NAMES.map((name) => [name, PROVIDERS[name].settings]));
  async function know(): Promise<void> {
    const metadata = await (await fetch(`${server.url}/saml/idp/${server.accountId}/metadata`)).text();
    await ask('know', { metadata, providers: settings });
  }

  async function entryOf(name: Name): Promise<object> {
    const file = join(directory.path, `${name}.xml`);
    writeFileSync(file, await ask<string>('metadata', { name, settings: settings[name] }));
    const { stdout } = await run(['read-saml-metadata', file]);
    const attributes = [{ name: 'uid', values: [`\${user:preferredUsername}`] }];
    return { ...(JSON.parse(stdout) as object), id: name, displayName: name, attributes, ...PROVIDERS[name].entry };
  }

  beforeAll(async () => {
    const made = ['req', '-x509', '-nodes', '-days', '2'];
    for (const [name, algorithm] of [
      ['sp', ['-newkey', 'rsa:2048']],
      ['ec', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']],
    ] as const) {
      const files = ['-keyout', join(directory.path, `${name}.key`), '-out', join(directory.path, `${name}.crt`)];
      execFileSync('openssl', [...made, ...algorithm, '-subj', `/CN=${name}`, ...files], { stdio: 'ignore' });
    }
    python = spawn(...endsWithUs(PYTHON, [PROGRAM, directory.path]), { stdio: ['pipe', 'pipe', 'inherit'] });
    lines = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
    const applications: object[] = [];
    for (const name of NAMES) applications.push(await entryOf(name));
    server = await startServer({ config: { saml: { applications } }, env: key });
    await know();
  });
  afterAll(async () => {
    python?.kill();
    await server?.stop();
    directory.remove();
  });

  const pageOf = (seen: Seen): PageSeen => {
    if (seen.kind !== 'page') throw new Error(`sent to ${seen.url}`);
    return seen;
  };

  function fieldsOf(html: string): { readonly action: string; readonly fields: Readonly<Record<string, string>> } {
    const [form] = readForms(html).filter(({ fields }) => fields.some(({ name }) => name.startsWith('SAML')));
    if (form === undefined) throw new Error(`no form with a message: ${html}`);
    return {
      action: form.action ?? '',
      fields: Object.fromEntries(form.fields.map((each) => [each.name, each.value])),
    };
  }

  /** The browser takes a message to us. A form comes from another site: without cookies. */
  async function bring(person: Person, { url, html = '' }: Sent): Promise<Seen> {
    if (url !== undefined) return await person.open(url);
    const { action, fields } = fieldsOf(html);
    const answer = await fetch(action, { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) });
    const next = answer.headers.get('location');
    if (next === null) throw new Error(`no page of our own: ${await answer.text()}`);
    return await person.open(new URL(next, server.url).href);
  }

  /** Where a message of ours goes, as pysaml2 gets it. */
  const broughtBy = (seen: Seen): object =>
    seen.kind === 'left' ? { url: seen.url.href } : { fields: fieldsOf(seen.html).fields };

  async function signIn(page: PageSeen): Promise<PageSeen> {
    const { userName, password } = server.admin;
    return pageOf(await page.submit('sign in', { account: server.accountId, 'user name': userName, password }));
  }

  async function begin(person: Person, { name, binding = 'redirect', ...more }: Asking) {
    const { id, ...sent } = await ask<Sent & { id: string }>('login', { name, binding, relay_state: 'there', ...more });
    return { id, page: pageOf(await bring(person, sent)) };
  }

  /** Signs on, with the form of the sign-in page if that is shown. */
  async function signOn(person: Person, asking: Asking): Promise<Answer & { readonly action: string }> {
    const { id, page } = await begin(person, asking);
    const { action, fields } = fieldsOf((page.heading === 'Sign in' ? await signIn(page) : page).html);
    expect(fields['RelayState']).toBe('there');
    const answer = await ask<Answer>('answer', { name: asking.name, id, response: fields['SAMLResponse'] });
    return { ...answer, action };
  }

  async function signedIn(...names: readonly Name[]) {
    const person = newPerson(server.url);
    const answers: Answer[] = [];
    for (const name of names)
      answers.push(await signOn(person, { name, binding: name === 'ec' ? 'post' : 'redirect' }));
    return { person, answers };
  }

  const isSignedIn = async (person: Person): Promise<boolean> =>
    pageOf(await person.open(`${server.url}/sign-in`)).heading !== 'Sign in';

  test('the app begins, by redirect and by POST, unsigned, signed by RSA and by EC, signed and encrypted', async () => {
    const person = newPerson(server.url);
    const attributes = { uid: ['admin'] };
    const names = new Set<string | undefined>();
    for (const asking of [
      { name: 'plain' },
      { name: 'plain', binding: 'post' },
      { name: 'sealed' },
      { name: 'sealed', binding: 'post' },
      { name: 'ec', binding: 'post' },
    ] as const) {
      const answer = await signOn(person, asking);
      expect(answer).toMatchObject({ attributes, action: `${SITE}/${asking.name}/acs` });
      names.add(answer.nameId);
    }
    // One for each app.
    expect(names.size).toBe(3);
  });

  test('IdP-initiated: taken by the app that allows it, and refused by pysaml2 for the other', async () => {
    const { person } = await signedIn('plain');
    const responses: string[] = [];
    for (const name of ['plain', 'sealed'] as const) {
      const page = pageOf(await person.open(`${server.url}/saml/idp/${server.accountId}/start/${name}?RelayState=x`));
      const { SAMLResponse: response = '', RelayState: state } = fieldsOf(page.html).fields;
      expect(state).toBe(name === 'plain' ? 'x' : undefined);
      responses.push(response);
    }
    expect(await ask('answer', { name: 'plain', response: responses[0] })).toMatchObject({
      attributes: { uid: ['admin'] },
    });
    expect(await ask<Answer>('answer', { name: 'sealed', response: responses[1] })).toEqual({
      error: expect.stringContaining('Unsolicited'),
    });
  });

  test('[attack] an assertion for one app is not accepted by another', async () => {
    const { person } = await signedIn('plain');
    const { id, page } = await begin(person, { name: 'plain' });
    const response = fieldsOf(page.html).fields['SAMLResponse'];
    for (const name of ['other', 'sealed'] as const) {
      expect(await ask<Answer>('answer', { name, id, response })).toEqual({ error: expect.any(String) });
    }
    expect(await ask<Answer>('answer', { name: 'plain', id, response })).toMatchObject({
      attributes: { uid: ['admin'] },
    });
  });

  test('ForceAuthn, IsPassive, formats of NameIDs, contexts and the index of an address', async () => {
    const { person } = await signedIn('plain');
    const forced = await begin(person, { name: 'plain', how: { force_authn: true } });
    expect(forced.page.heading).toBe('Sign in');
    const stranger = newPerson(server.url);
    const passive = { name: 'plain', how: { is_passive: 'true' } } as const;
    expect((await signOn(stranger, passive)).refused).toMatch(/NoPassive|passive/i);
    expect(await signOn(person, passive)).toMatchObject({ attributes: { uid: ['admin'] } });
    const transient = await signOn(person, { name: 'plain', how: { nameid_format: formatUrn('transient') } });
    expect(transient.format).toBe(formatUrn('transient'));
    const email = await signOn(person, { name: 'plain', how: { nameid_format: formatUrn('email') } });
    expect(email.refused).toMatch(/InvalidNameIDPolicy|name ?id/i);
    const context = 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport';
    expect(await signOn(person, { name: 'plain', context: [context] })).toMatchObject({ context });
    const mfa = await signOn(person, { name: 'plain', context: ['urn:oasis:names:tc:SAML:2.0:ac:classes:X509'] });
    expect(mfa.refused).toMatch(/NoAuthnContext|context/i);
    const indexed = await signOn(person, { name: 'plain', how: { assertion_consumer_service_index: '2' } });
    expect(indexed).toMatchObject({ action: `${SITE}/plain/acs/other`, attributes: { uid: ['admin'] } });
    const outOfRange = await begin(person, { name: 'plain', how: { assertion_consumer_service_index: '9' } });
    expect(outOfRange.page).toMatchObject({ status: 400, text: expect.stringContaining('the index 9') });
  });

  test('a sign-out at one app ends the session here, and the others by redirect and by POST; pysaml2 reads our answer', async () => {
    const { person, answers } = await signedIn('plain', 'sealed', 'ec');
    const [plain, sealed, ec] = answers;
    const toSealed = await bring(person, await ask('logout', { name: 'plain', kept: plain?.kept }));
    expect(await isSignedIn(person)).toBe(false);
    const toEc = await bring(person, await ask('told', { name: 'sealed', kept: sealed?.kept, ...broughtBy(toSealed) }));
    const toPlain = await bring(person, await ask('told', { name: 'ec', kept: ec?.kept, ...broughtBy(toEc) }));
    expect(await ask('logged-out', { name: 'plain', ...broughtBy(toPlain) })).toEqual([SUCCESS, null]);
  });

  test('a sign-out at an app that posts', async () => {
    const { person, answers } = await signedIn('sealed');
    const back = await bring(person, await ask('logout', { name: 'sealed', kept: answers[0]?.kept }));
    expect(await ask('logged-out', { name: 'sealed', ...broughtBy(back) })).toEqual([SUCCESS, null]);
    expect(await isSignedIn(person)).toBe(false);
  });

  test('a sign-out here reaches the app, and names the one that knew nothing of it', async () => {
    const { person, answers } = await signedIn('plain', 'sealed');
    const confirm = pageOf(await person.open(`${server.url}/oidc/session/end`));
    const toPlain = await confirm.submit('sign out');
    const toSealed = await bring(
      person,
      await ask('told', { name: 'plain', kept: answers[0]?.kept, ...broughtBy(toPlain) }),
    );
    // It takes the person for another one.
    const wrong = { name: 'sealed', kept: answers[0]?.kept, ...broughtBy(toSealed) };
    const end = pageOf(await bring(person, await ask('told', wrong)));
    expect(end.heading).toBe('You are signed out');
    expect(end.text).toMatch(/may still be signed in to these apps.*sealed/);
    expect(end.text).not.toContain('plain');
  });

  // The last one: the key is another one afterwards.
  test('[S19] our key rolls over while the apps run', async () => {
    rollOverSamlKey(server, key);
    const person = newPerson(server.url);
    expect((await signOn(person, { name: 'plain' })).error).toMatch(/Signature/i);
    await know();
    for (const name of ['plain', 'sealed'] as const) {
      expect(await signOn(person, { name })).toMatchObject({ attributes: { uid: ['admin'] } });
    }
  });
});
