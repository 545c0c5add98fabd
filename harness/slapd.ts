import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { endsWithUs } from './ends-with-us.ts';
import { freePort } from './free-port.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const SLAPD = '/usr/sbin/slapd';
const SLAPADD = '/usr/sbin/slapadd';
const SCHEMAS = ['core', 'cosine', 'inetorgperson', 'nis'];

/** Whether OpenLDAP's server is installed (Debian package `slapd`). */
export const hasSlapd = existsSync(SLAPD) && existsSync(SLAPADD);

export interface SlapdOptions {
  /** The entries, beginning with that of the suffix. */
  readonly ldif: string;
  readonly suffix: string;
  /** Lines for the server, before the database: schema, size limits, `idletimeout`. */
  readonly server?: string;
  /** Lines for the database: access rules, overlays. */
  readonly database?: string;
}

/** A directory of its own, in a temporary directory, on ports of its own. */
export interface Slapd {
  readonly url: string;
  readonly secureUrl: string;
  readonly port: number;
  readonly root: { readonly dn: string; readonly password: string };
  /** The server's own certificate, which is also its authority; for `localhost` and `127.0.0.1`. */
  readonly ca: string;
  readonly pid: number;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Changes entries as the root of the directory; an entry without a `changetype` is added. */
  modify(ldif: string): void;
  remove(): Promise<void>;
}

export async function startSlapd({ ldif, suffix, server = '', database = '' }: SlapdOptions): Promise<Slapd> {
  const { path, remove } = temporaryDirectory();
  const [port, securePort] = [await freePort(), await freePort()];
  const root = { dn: `cn=root,${suffix}`, password: 'root of a test directory' };
  const file = (name: string) => join(path, name);
  mkdirSync(file('db'));
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '3650']
      .concat(['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'])
      .concat(['-keyout', file('key.pem'), '-out', file('cert.pem')]),
    { stdio: 'ignore' },
  );
  writeFileSync(
    file('slapd.conf'),
    `${SCHEMAS.map((name) => `include /etc/ldap/schema/${name}.schema`).join('\n')}
pidfile ${file('slapd.pid')}
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload memberof
moduleload ppolicy
moduleload pw-sha2
TLSCertificateFile ${file('cert.pem')}
TLSCertificateKeyFile ${file('key.pem')}
${server}
database mdb
suffix "${suffix}"
rootdn "${root.dn}"
rootpw "${root.password}"
directory ${file('db')}
maxsize 2147483648
dbnosync
index objectClass,uid,mail,member,memberUid,entryUUID eq
index modifyTimestamp,entryCSN eq
${database}
`,
  );
  execFileSync(SLAPADD, ['-q', '-f', file('slapd.conf')], { input: ldif, stdio: ['pipe', 'ignore', 'pipe'] });
  let running: ChildProcess | undefined;
  const urls = `ldap://127.0.0.1:${port}/ ldaps://127.0.0.1:${securePort}/`;
  const slapd: Slapd = {
    url: `ldap://127.0.0.1:${port}`,
    secureUrl: `ldaps://127.0.0.1:${securePort}`,
    port,
    root,
    ca: readFileSync(file('cert.pem'), 'utf8'),
    get pid() {
      return running?.pid ?? 0;
    },
    async start() {
      // With a debug level, it stays in the foreground.
      running = spawn(...endsWithUs(SLAPD, ['-d', '0', '-f', file('slapd.conf'), '-h', urls]), { stdio: 'ignore' });
      while (!(await answers(port))) {
        if (running.exitCode !== null) throw new Error('slapd did not start');
        await setTimeout(20);
      }
    },
    async stop() {
      const ended = running;
      running = undefined;
      if (ended === undefined || ended.exitCode !== null) return;
      ended.kill('SIGTERM');
      await once(ended, 'exit');
    },
    modify(changes) {
      execFileSync('ldapmodify', ['-a', '-x', '-H', slapd.url, '-D', root.dn, '-w', root.password], {
        input: changes,
        stdio: ['pipe', 'ignore', 'pipe'],
      });
    },
    async remove() {
      await slapd.stop();
      remove();
    },
  };
  await slapd.start();
  return slapd;
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
