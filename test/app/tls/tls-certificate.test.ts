import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, writeFileSync } from 'node:fs';
import { connect, type PeerCertificate } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { freePort } from '../../../harness/free-port.ts';
import { temporaryDirectory } from '../../../harness/temporary-directory.ts';
import { openTestAuthorities, server as serverExtensions } from '../../../harness/test-authority.ts';
import { type RunningServer, serve } from '../../../src/app/serve.ts';
import { readKeyPair } from '../../../src/app/tls/read-key-pair.ts';
import { openTlsCertificate, type TlsCertificate } from '../../../src/app/tls/tls-certificate.ts';

const directory = temporaryDirectory();
const { at, issue } = openTestAuthorities(directory.path);
const extensions = serverExtensions('DNS:localhost');
const files = { certificateFile: at('server.pem'), keyFile: at('server.key') };

beforeAll(() => {
  for (const name of ['first', 'second']) issue(name, undefined, { extensions });
  issue('short', undefined, { extensions, days: 5 });
  issue('elsewhere', undefined, { extensions: serverExtensions('DNS:else.example') });
});
afterAll(() => directory.remove());

let lines: [level: string, message: string][];
const log = {
  info: (message: string) => void lines.push(['info', message]),
  warn: (message: string) => void lines.push(['warn', message]),
  error: (message: string, { err }: { readonly err?: unknown } = {}) =>
    void lines.push(['error', `${message}: ${(err as Error).message}`]),
};
let now: number;
let opened: TlsCertificate | undefined;
beforeEach(() => {
  lines = [];
  now = Date.now();
  use('first');
});
afterEach(() => opened?.close());

function use(name: string, key = name): void {
  copyFileSync(at(`${name}.pem`), files.certificateFile);
  copyFileSync(at(`${key}.key`), files.keyFile);
  chmodSync(files.keyFile, 0o600);
}
function open(): TlsCertificate {
  opened = openTlsCertificate(files, { clock: { now: () => now }, log, host: 'localhost', lookEvery: 3_600_000 });
  return opened;
}

describe('the files of the certificate', () => {
  test.each([
    [
      'no file',
      () => ({ ...files, certificateFile: at('none.pem') }),
      /certificateFile: .*none\.pem cannot be read \(ENOENT\)/,
    ],
    ['no certificate', () => ({ ...files, certificateFile: at('first.key') }), /first\.key has no certificate in PEM/],
    ['no key', () => ({ ...files, keyFile: at('first.pem') }), /keyFile: .*first\.pem has no private key in PEM/],
    [
      'another key',
      () => ({ ...files, keyFile: at('second.key') }),
      /second\.key is not the key of the first certificate/,
    ],
  ])('%s: an error that names the file and the remedy', (_, given, message) => {
    expect(() => readKeyPair(given())).toThrow(message);
  });

  test('an encrypted key needs its passphrase', () => {
    const args = [
      'pkcs8',
      '-topk8',
      '-in',
      at('first.key'),
      '-out',
      at('encrypted.key'),
      '-passout',
      'pass:six otters',
    ];
    execFileSync('openssl', args, { stdio: 'pipe' });
    const encrypted = { ...files, keyFile: at('encrypted.key') };
    expect(() => readKeyPair(encrypted)).toThrow(/is encrypted: set ROLECALL_TLS_KEY_PASSPHRASE_FILE/);
    expect(() => readKeyPair({ ...encrypted, keyPassphrase: 'wrong' })).toThrow(
      /cannot be decrypted: check the passphrase/,
    );
    expect(readKeyPair({ ...encrypted, keyPassphrase: 'six otters' }).key).toContain('BEGIN PRIVATE KEY');
  });

  test('one that lasts for days is not warned of every time it is replaced', () => {
    use('short');
    open();
    expect(lines).toEqual([]);
  });

  test('a key that others may read, and a certificate for another host, are warned of', () => {
    use('elsewhere');
    chmodSync(files.keyFile, 0o644);
    open();
    expect(lines).toEqual([
      ['warn', expect.stringContaining('can be read by every user')],
      ['warn', expect.stringContaining('not for the host of the public URL')],
    ]);
  });

  test('the end is warned of at the start, and once at each step as it nears', () => {
    now += 24 * 86_400_000;
    const certificate = open();
    for (const days of [24, 27.5, 27.6, 29.5, 31, 32]) {
      now = Date.now() + days * 86_400_000;
      certificate.look();
    }
    expect(lines.map(([, message]) => message.replace(/:.*/, ''))).toEqual([
      'the certificate of the server expires soon',
      'the certificate of the server expires soon',
      'the certificate of the server expires soon',
      'the certificate of the server has expired',
    ]);
  });
});

describe('changed files', () => {
  test('are put into use; half a replacement keeps the previous pair, and is logged and counted once', () => {
    const certificate = open();
    use('second', 'first');
    certificate.look();
    certificate.look();
    expect(certificate.current().leaf.subject).toBe('CN=first');
    expect(certificate.failures()).toBe(1);
    expect(lines).toEqual([['error', expect.stringMatching(/previous one stays in use: .* is not the key of/)]]);
    writeFileSync(files.certificateFile, '');
    certificate.look();
    expect(certificate.failures()).toBe(2);
    use('second');
    certificate.look();
    expect(certificate.current().leaf.subject).toBe('CN=second');
    expect(lines.at(-1)).toEqual(['info', 'the certificate of the server was replaced']);
  });

  test('an expired certificate does not replace one that is valid', () => {
    const certificate = open();
    use('short');
    now = Date.now() + 6 * 86_400_000;
    certificate.look();
    expect(certificate.current().leaf.subject).toBe('CN=first');
    expect(lines).toContainEqual(['error', expect.stringMatching(/server\.pem has expired/)]);
  });
});

describe('a server with TLS of its own', () => {
  let running: RunningServer;
  let certificate: TlsCertificate;
  let port: number;
  beforeEach(async () => {
    port = await freePort();
    certificate = open();
    const address = { host: '127.0.0.1', port, tls: certificate };
    running = await serve(address, (_request, response) => response.end('ok'));
  });
  afterEach(() => running.drain());

  interface Answer {
    readonly text: string;
    readonly peer: PeerCertificate;
    readonly protocol: string | null;
  }
  const ask = (options: { readonly maxVersion?: 'TLSv1.1' | 'TLSv1.2'; readonly ciphers?: string } = {}) =>
    new Promise<Answer>((resolve, reject) => {
      const socket = connect({
        host: '127.0.0.1',
        port,
        rejectUnauthorized: false,
        minVersion: 'TLSv1',
        ...options,
      });
      let text = '';
      let seen: Pick<Answer, 'peer' | 'protocol'>;
      socket.on('secureConnect', () => {
        seen = { peer: socket.getPeerCertificate(), protocol: socket.getProtocol() };
        socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
      });
      socket.setEncoding('utf8').on('data', (part) => {
        text += part;
      });
      socket.on('end', () => resolve({ text, ...seen }));
      socket.on('error', reject);
    });

  test('[S49] [RFC 9325 §3.1.1, §4.2] speaks TLS 1.3 and 1.2 with the recommended suites, and nothing older', async () => {
    expect((await ask()).protocol).toBe('TLSv1.3');
    expect((await ask({ maxVersion: 'TLSv1.2' })).protocol).toBe('TLSv1.2');
    await expect(ask({ maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0' })).rejects.toThrow(
      /protocol version|unsupported protocol/,
    );
    await expect(ask({ maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES256-SHA384' })).rejects.toThrow(
      /handshake failure/,
    );
  });

  test('[RFC 6797 §7.1] sends HSTS with every answer', async () => {
    expect((await ask()).text).toMatch(/\r\nStrict-Transport-Security: max-age=63072000; includeSubDomains\r\n/);
  });

  test('shows new connections the new certificate, without a restart', async () => {
    expect((await ask()).peer.subject.CN).toBe('first');
    use('second');
    certificate.look();
    expect((await ask()).peer.subject.CN).toBe('second');
    await expect(ask({ maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0' })).rejects.toThrow();
  });

  test('plain HTTP and noise break the connection, and the server goes on', async () => {
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
    expect((await ask()).text).toContain('ok');
  });
});
