import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { endsWithUs } from '../../harness/ends-with-us.ts';
import { freePort } from '../../harness/free-port.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';

const PHP = '/usr/bin/php';
const SITE = '/usr/share/simplesamlphp/www';
export const hasSimpleSamlPhp = existsSync(PHP) && existsSync(SITE);
const BINDING = 'urn:oasis:names:tc:SAML:2.0:bindings';

/** A service provider, as SimpleSAMLphp is told of it. */
export interface KnownServiceProvider {
  /** Our metadata. */
  readonly metadata: string;
  readonly isEncrypted: boolean;
}

/** SimpleSAMLphp as an identity provider with one person, `alice`. */
export interface SimpleSamlPhp {
  readonly site: string;
  readonly entityId: string;
  readonly metadataUrl: string;
  /** Tells it of service providers. */
  trust(providers: readonly KnownServiceProvider[]): void;
  /** Gives it another signing key. */
  changeKey(): void;
  close(): Promise<void>;
}

export async function startSimpleSamlPhp(): Promise<SimpleSamlPhp> {
  const { path: directory, remove } = temporaryDirectory();
  const port = await freePort();
  // By its address: for browsers, another site than `localhost`.
  const site = `http://127.0.0.1:${port}`;
  const entityId = 'https://simplesamlphp.example.com/idp';
  configure(directory, site);
  const hosted = keyWriter(directory, entityId);
  hosted();
  const [program, args] = endsWithUs(PHP, ['-S', `127.0.0.1:${port}`, '-t', SITE]);
  const php = spawn(program, args, {
    stdio: 'ignore',
    env: { PATH: process.env['PATH'] ?? '', SIMPLESAMLPHP_CONFIG_DIR: join(directory, 'config') },
  });
  const metadataUrl = `${site}/saml2/idp/metadata.php`;
  await answers(metadataUrl);
  return {
    site,
    entityId,
    metadataUrl,
    trust: (providers) =>
      write(directory, 'metadata/saml20-sp-remote.php', 'metadata', `[${providers.map(remote).join(',\n')}]`),
    changeKey: hosted,
    async close() {
      await stop(php);
      remove();
    },
  };
}

function write(directory: string, path: string, variable: string, content: string): void {
  writeFileSync(join(directory, path), `<?php\n$${variable} = ${content};\n`);
}

function configure(directory: string, site: string): void {
  for (const folder of ['config', 'metadata', 'log', 'tmp']) mkdirSync(join(directory, folder));
  write(
    directory,
    'config/config.php',
    'config',
    `[
  'baseurlpath' => '${site}/', 'certdir' => '${directory}/', 'loggingdir' => '${directory}/log/',
  'tempdir' => '${directory}/tmp', 'metadatadir' => '${directory}/metadata', 'secretsalt' => 'a salt of this test',
  'auth.adminpassword' => 'a password of this test', 'timezone' => 'UTC', 'logging.handler' => 'file',
  'enable.saml20-idp' => true, 'module.enable' => ['exampleauth' => true, 'core' => true, 'saml' => true],
  'session.cookie.secure' => false, 'store.type' => 'phpsession', 'trusted.url.domains' => ['127.0.0.1'],
  'metadata.sources' => [['type' => 'flatfile', 'directory' => '${directory}/metadata']],
]`,
  );
  write(
    directory,
    'config/authsources.php',
    'config',
    `['people' => ['exampleauth:UserPass', 'alice:secret' => [
  'uid' => ['alice'], 'displayName' => ['Alice'], 'mail' => ['alice@corp.example'], 'groups' => ['eng', 'staff'],
]]]`,
  );
}

/** Writes what it is itself, each time with a new key. */
function keyWriter(directory: string, entityId: string): () => void {
  let keys = 0;
  return () => {
    const name = `idp-${++keys}`;
    const files = ['-keyout', join(directory, `${name}.key`), '-out', join(directory, `${name}.crt`)];
    const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=idp', ...files];
    execFileSync('openssl', made, { stdio: 'ignore' });
    write(
      directory,
      'metadata/saml20-idp-hosted.php',
      `metadata['${entityId}']`,
      `['host' => '__DEFAULT__', 'privatekey' => '${name}.key', 'certificate' => '${name}.crt', 'auth' => 'people',
  'SingleSignOnServiceBinding' => ['${BINDING}:HTTP-Redirect', '${BINDING}:HTTP-POST'],
  'SingleLogoutServiceBinding' => ['${BINDING}:HTTP-Redirect', '${BINDING}:HTTP-POST']]`,
    );
  };
}

/** What a service provider's metadata say, in SimpleSAMLphp's form: requests must be signed by its key. */
function remote({ metadata, isEncrypted }: KnownServiceProvider): string {
  const one = (pattern: RegExp): string => pattern.exec(metadata)?.[1] ?? '';
  const key = (use: string): string => {
    const certificate = one(new RegExp(`use="${use}".*?<ds:X509Certificate>([^<]+)<`));
    return `['type' => 'X509Certificate', 'signing' => ${use === 'signing'}, 'encryption' => ${use === 'encryption'}, 'X509Certificate' => '${certificate}']`;
  };
  const encrypted =
    "'assertion.encryption' => true, 'sharedkey_algorithm' => 'http://www.w3.org/2009/xmlenc11#aes256-gcm',";
  return `'${one(/entityID="([^"]+)"/)}' => [
  'AssertionConsumerService' => '${one(/AssertionConsumerService [^>]*Location="([^"]+)"/)}',
  'SingleLogoutService' => '${one(/SingleLogoutService [^>]*Location="([^"]+)"/)}',
  'keys' => [${key('signing')}, ${key('encryption')}],
  'validate.authnrequest' => true, 'validate.logout' => true, 'sign.logout' => true, ${isEncrypted ? encrypted : ''}
  'NameIDFormat' => 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent', 'simplesaml.nameidattribute' => 'uid',
]`;
}

async function answers(url: string): Promise<void> {
  for (let look = 0; look < 400; look++) {
    const text = await fetch(url)
      .then((answer) => answer.text())
      .catch(() => '');
    if (text.includes('IDPSSODescriptor')) return;
    await setTimeout(50);
  }
  throw new Error('SimpleSAMLphp does not answer');
}

async function stop(php: ChildProcess): Promise<void> {
  if (php.exitCode !== null) return;
  const ended = once(php, 'exit');
  php.kill('SIGKILL');
  await ended;
}
