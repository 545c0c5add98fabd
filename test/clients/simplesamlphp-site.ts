import { execFileSync, spawn } from 'node:child_process';
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

/** SimpleSAMLphp in PHP's own web server, with a configuration of its own. */
export interface SimpleSamlPhpSite {
  readonly directory: string;
  readonly site: string;
  /** Writes a file of the configuration, which is read at each request. */
  write(path: string, variable: string, content: string): void;
  /** Makes a key and a certificate, `<name>.key` and `<name>.crt`. */
  makeKey(name: string): void;
  /** Starts, and waits until a path answers with this word. @param router a script that may answer requests itself. */
  serve(expected: { readonly path: string; readonly word: string }, router?: string): Promise<void>;
  close(): Promise<void>;
}

/** @param role the lines of the configuration that say what it is. */
export async function simpleSamlPhpSite(role: string): Promise<SimpleSamlPhpSite> {
  const { path: directory, remove } = temporaryDirectory();
  const port = await freePort();
  // By its address: for browsers, another site than `localhost`.
  const site = `http://127.0.0.1:${port}`;
  for (const folder of ['config', 'metadata', 'log', 'tmp']) mkdirSync(join(directory, folder));
  const write = (path: string, variable: string, content: string): void =>
    writeFileSync(join(directory, path), `<?php\n$${variable} = ${content};\n`);
  write(
    'config/config.php',
    'config',
    `[
  'baseurlpath' => '${site}/', 'certdir' => '${directory}/', 'loggingdir' => '${directory}/log/',
  'tempdir' => '${directory}/tmp', 'metadatadir' => '${directory}/metadata', 'secretsalt' => 'a salt of this test',
  'auth.adminpassword' => 'a password of this test', 'timezone' => 'UTC', 'logging.handler' => 'file',
  'session.cookie.secure' => false, 'store.type' => 'phpsession', 'trusted.url.domains' => ['127.0.0.1'],
  ${role.replaceAll('DIRECTORY', directory)}
]`,
  );
  let stop = async (): Promise<void> => {};
  return {
    directory,
    site,
    write,
    makeKey(name) {
      const files = ['-keyout', join(directory, `${name}.key`), '-out', join(directory, `${name}.crt`)];
      const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${name}`, ...files];
      execFileSync('openssl', made, { stdio: 'ignore' });
    },
    async serve({ path, word }, router) {
      const served = ['-S', `127.0.0.1:${port}`, '-t', SITE, ...(router === undefined ? [] : [router])];
      const [program, args] = endsWithUs(PHP, served);
      const php = spawn(program, args, {
        stdio: 'ignore',
        env: { PATH: process.env['PATH'] ?? '', SIMPLESAMLPHP_CONFIG_DIR: join(directory, 'config') },
      });
      stop = async () => {
        if (php.exitCode !== null) return;
        const ended = once(php, 'exit');
        php.kill('SIGKILL');
        await ended;
      };
      await answers(site + path, word);
    },
    async close() {
      await stop();
      remove();
    },
  };
}

async function answers(url: string, word: string): Promise<void> {
  for (let look = 0; look < 400; look++) {
    const text = await fetch(url)
      .then((answer) => answer.text())
      .catch(() => '');
    if (text.includes(word)) return;
    await setTimeout(50);
  }
  throw new Error('SimpleSAMLphp does not answer');
}
