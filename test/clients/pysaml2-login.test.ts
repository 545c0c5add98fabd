import { type ChildProcessByStdio, execFileSync, spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { endsWithUs } from '../../harness/ends-with-us.ts';
import { readForms } from '../../harness/html-forms.ts';
import { newPerson, type PageSeen, type Person, type Seen } from '../../harness/person.ts';
import { obtainServer, type RunningServer } from '../../harness/start-server.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { withPeer } from './with-peer.ts';

/** pysaml2 reads our metadata, verifies our requests (by xmlsec1), and answers them. */
const PYTHON = '/usr/bin/python3';
const PROGRAM = fileURLToPath(new URL('./pysaml2_login.py', import.meta.url));
const LOOK = 'import importlib.util, sys; sys.exit(importlib.util.find_spec("saml2") is None)';
const isThere = spawnSync(PYTHON, ['-c', LOOK]).status === 0;

const withPysaml2 = withPeer(isThere, 'pysaml2');
withPysaml2('SAML sign-ins through pysaml2 (skipped where it is not installed)', () => {
  const directory = temporaryDirectory();
  let server: RunningServer;
  let metadata: Readonly<Record<string, string>>;

  let idpProcess: ChildProcessByStdio<Writable, Readable, null>;
  let answers: AsyncIterator<string>;

  async function idp(command: string, given: object = {}): Promise<string> {
    idpProcess.stdin.write(`${JSON.stringify({ command, ...given })}\n`);
    const { value, done } = await answers.next();
    if (done === true) throw new Error(`pysaml2 ended at ${command}`);
    return JSON.parse(value);
  }

  beforeAll(async () => {
    const files = ['-keyout', join(directory.path, 'idp.key'), '-out', join(directory.path, 'idp.crt')];
    const key = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=idp', ...files];
    execFileSync('openssl', key, { stdio: 'ignore' });
    idpProcess = spawn(...endsWithUs(PYTHON, [PROGRAM, directory.path]), { stdio: ['pipe', 'pipe', 'inherit'] });
    answers = createInterface({ input: idpProcess.stdout })[Symbol.asyncIterator]();
    const metadataFile = join(directory.path, 'idp.xml');
    writeFileSync(metadataFile, await idp('metadata'));
    const connectors = [
      { name: 'redirect', kind: 'saml', displayName: 'Redirect', metadataFile },
      { name: 'posted', kind: 'saml', displayName: 'Posted', metadataFile, requestBinding: 'post' },
    ];
    server = await obtainServer({ config: { federation: { connectors } } });
    const read = async (name: string) => await (await fetch(`${server.url}/saml/${name}/metadata`)).text();
    metadata = { redirect: await read('redirect'), posted: await read('posted') };
  });
  afterAll(async () => {
    idpProcess?.kill();
    await server?.stop();
    directory.remove();
  });

  const ours = (name: string) => ({ metadata: metadata[name], entityId: `${server.url}/saml/${name}/metadata` });

  const pageOf = (seen: Seen): PageSeen => {
    if (seen.kind !== 'page') throw new Error(`sent to ${seen.url}`);
    return seen;
  };

  /** What the browser takes to the provider. */
  function requestIn(seen: Seen): { readonly request: object; readonly RelayState: string } {
    if (seen.kind === 'left') {
      return { request: { url: seen.url.href }, RelayState: seen.url.searchParams.get('RelayState') ?? '' };
    }
    const fields = readForms(seen.html).flatMap((form) => form.fields);
    const fieldOf = (wanted: string): string => fields.find(({ name }) => name === wanted)?.value ?? '';
    return { request: { SAMLRequest: fieldOf('SAMLRequest') }, RelayState: fieldOf('RelayState') };
  }

  async function signIn(
    name: 'redirect' | 'posted',
    how: object,
    more: object = {},
  ): Promise<{ readonly person: Person; readonly page: PageSeen }> {
    const person = newPerson(server.url);
    const start = pageOf(await person.open(`${server.url}/sign-in`));
    const { request, RelayState } = requestIn(await start.submit(`continue with ${name}`));
    const SAMLResponse = await idp('answer', { ...ours(name), request, how, ...more });
    const body = new URLSearchParams({ SAMLResponse, RelayState });
    const posted = await fetch(`${server.url}/saml/${name}/acs`, { method: 'POST', redirect: 'manual', body });
    const next = new URL(posted.headers.get('location') ?? '/', server.url);
    return { person, page: pageOf(await person.open(next.href)) };
  }

  test.each([
    ['redirect', 'assertion signed', { sign_assertion: true, sign_response: false }],
    ['redirect', 'response signed', { sign_assertion: false, sign_response: true }],
    ['posted', 'both signed', { sign_assertion: true, sign_response: true }],
    ['redirect', 'encrypted', { sign_assertion: true, sign_response: false, encrypt_assertion: true }],
    ['posted', 'encrypted, both signed', { sign_assertion: true, sign_response: true, encrypt_assertion: true }],
  ] as const)('by %s: %s', async (name, _, how) => {
    const { page } = await signIn(name, how);
    expect(page.heading).toBe('Your account');
    expect(page.text).toContain('alice');
  });

  test.each([
    ['S38: an unsigned response', { sign_assertion: false, sign_response: false }, {}],
    ['S39: a response for another audience', { sign_assertion: true }, { audience: 'https://other.example/metadata' }],
  ])('%s', async (_, how, more) => {
    const { page } = await signIn('redirect', how, more);
    expect(page.heading).toBe('Sign-in did not work');
  });

  test('a sign-out there ends the session here, and pysaml2 reads our answer', async () => {
    const { person } = await signIn('redirect', { sign_assertion: true, sign_response: true });
    const slo = `${server.url}/saml/redirect/slo`;
    const left = await person.open(await idp('logout', { ...ours('redirect'), slo }));
    if (left.kind !== 'left') throw new Error(left.text);
    expect(await idp('logout-answer', { ...ours('redirect'), url: left.url.href })).toMatch(/:Success$/);
    expect(pageOf(await person.open(`${server.url}/sign-in`)).heading).toBe('Sign in');
  });
});
