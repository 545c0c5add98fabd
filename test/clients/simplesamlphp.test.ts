import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { endsWithUs } from '../../harness/ends-with-us.ts';
import { freePort } from '../../harness/free-port.ts';
import { readForms } from '../../harness/html-forms.ts';
import { openSamlScene, type SamlScene } from './saml-scene.ts';
import { withPeer } from './with-peer.ts';

const PHP = '/usr/bin/php';
const SITE = '/usr/share/simplesamlphp/www';
const isThere = existsSync(PHP) && existsSync(SITE);
const ENTITY_ID = 'https://simplesamlphp.example.com/idp';
const AWS = 'https://aws.amazon.com/SAML/Attributes';

/** The files of an identity provider with one person, `alice`, and two service providers: plain and encrypted. */
function configure(scene: SamlScene, { port, encryptedAt }: { port: number; encryptedAt: string }): void {
  const { directory, recipient } = scene;
  const write = (path: string, variable: string, content: string) =>
    writeFileSync(join(directory, path), `<?php\n$${variable} = ${content};\n`);
  for (const folder of ['config', 'metadata', 'log', 'tmp']) mkdirSync(join(directory, folder));
  write(
    'config/config.php',
    'config',
    `[
  'baseurlpath' => 'http://localhost:${port}/', 'certdir' => '${directory}/', 'loggingdir' => '${directory}/log/',
  'tempdir' => '${directory}/tmp', 'metadatadir' => '${directory}/metadata', 'secretsalt' => 'a salt of this test',
  'auth.adminpassword' => 'a password of this test', 'timezone' => 'UTC', 'logging.handler' => 'file',
  'enable.saml20-idp' => true, 'module.enable' => ['exampleauth' => true, 'core' => true, 'saml' => true],
  'session.cookie.secure' => false, 'store.type' => 'phpsession',
  'metadata.sources' => [['type' => 'flatfile', 'directory' => '${directory}/metadata']],
]`,
  );
  write(
    'config/authsources.php',
    'config',
    `['people' => ['exampleauth:UserPass', 'alice:secret' => [
  'uid' => ['alice'], '${AWS}/RoleSessionName' => ['alice'], '${AWS}/Role' => ['${scene.role},${scene.provider}'],
]]]`,
  );
  write(
    'metadata/saml20-idp-hosted.php',
    `metadata['${ENTITY_ID}']`,
    "['host' => '__DEFAULT__', 'privatekey' => 'idp.key', 'certificate' => 'idp.crt', 'auth' => 'people']",
  );
  const remote = (url: string, further: string) =>
    `'${url}' => ['AssertionConsumerService' => '${url}', 'simplesaml.nameidattribute' => 'uid',
  'NameIDFormat' => 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'${further}]`;
  write(
    'metadata/saml20-sp-remote.php',
    'metadata',
    `[${remote(recipient, '')}, ${remote(encryptedAt, ", 'assertion.encryption' => true, 'certificate' => 'sp.crt'")}]`,
  );
}

/** Opens pages like a browser: with cookies, following redirects. */
function browser(): (url: string, form?: URLSearchParams) => Promise<string> {
  const cookies = new Map<string, string>();
  return async function open(url: string, form?: URLSearchParams): Promise<string> {
    const answer = await fetch(url, {
      redirect: 'manual',
      headers: { Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form && { method: 'POST', body: form }),
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    const location = answer.headers.get('location');
    return location === null ? answer.text() : open(new URL(location, url).href);
  };
}

const withSimpleSamlPhp = withPeer(isThere, 'SimpleSAMLphp');
withSimpleSamlPhp('SimpleSAMLphp as identity provider (skipped where it is not installed)', () => {
  let scene: SamlScene;
  let php: ChildProcess;
  let site: string;
  let encryptedAt: string;

  beforeAll(async () => {
    scene = await openSamlScene('simplesamlphp');
    const port = await freePort();
    site = `http://localhost:${port}`;
    configure(scene, { port, encryptedAt: 'https://not.yet.known' });
    const [program, args] = endsWithUs(PHP, ['-S', `127.0.0.1:${port}`, '-t', SITE]);
    php = spawn(program, args, {
      stdio: 'ignore',
      env: { PATH: process.env['PATH'] ?? '', SIMPLESAMLPHP_CONFIG_DIR: join(scene.directory, 'config') },
    });
    let metadata = '';
    for (let look = 0; look < 200 && metadata === ''; look++) {
      metadata = await fetch(`${site}/saml2/idp/metadata.php`)
        .then((answer) => answer.text())
        .catch(() => '');
      if (metadata === '') await setTimeout(50);
    }
    encryptedAt = await scene.register(metadata);
    const remote = join(scene.directory, 'metadata/saml20-sp-remote.php');
    writeFileSync(remote, readFileSync(remote, 'utf8').replaceAll('https://not.yet.known', encryptedAt));
  });
  afterAll(async () => {
    if (php?.exitCode === null) {
      const ended = once(php, 'exit');
      php.kill('SIGKILL');
      await ended;
    }
    await scene?.close();
  });

  /** Signs alice in for a service provider, and returns the response that the browser would post. */
  async function signIn(serviceProvider: string, password = 'secret'): Promise<string> {
    const open = browser();
    const login = await open(`${site}/saml2/idp/SSOService.php?spentityid=${encodeURIComponent(serviceProvider)}`);
    const [form] = readForms(login).filter(({ fields }) => fields.some(({ name }) => name === 'password'));
    const filled = new URLSearchParams(form?.fields.map(({ name, value }) => [name, value]));
    filled.set('username', 'alice');
    filled.set('password', password);
    const posting = await open(`${site}/module.php/core/loginuserpass.php`, filled);
    const fields = readForms(posting).flatMap((each) => each.fields);
    return fields.find(({ name }) => name === 'SAMLResponse')?.value ?? '';
  }

  test('a person signs in, and the response is exchanged for credentials, once', async () => {
    const response = await signIn(scene.recipient);
    expect(await scene.present(response)).toMatchObject({
      AssumedRoleUser: { Arn: expect.stringContaining('/alice') },
      Subject: expect.stringMatching(/./),
      SubjectType: 'persistent',
      Issuer: ENTITY_ID,
      Audience: scene.recipient,
    });
    expect((await scene.refused(response)).message).toContain('The assertion has already been used');
  });

  test('with an encrypted assertion, at the endpoint of the provider', async () => {
    const response = await signIn(encryptedAt);
    expect(Buffer.from(response, 'base64').toString()).toContain('EncryptedAssertion');
    expect(await scene.present(response)).toMatchObject({ Issuer: ENTITY_ID, Audience: encryptedAt });
  });

  test('S38: a changed response is refused', async () => {
    const xml = Buffer.from(await signIn(scene.recipient), 'base64').toString();
    const changed = xml.replace('>alice<', '>administrator<');
    expect(changed).not.toBe(xml);
    const refusal = await scene.refused(Buffer.from(changed).toString('base64'));
    expect(refusal.message).toBe('Response signature invalid (the signed element has been changed)');
  });
});
