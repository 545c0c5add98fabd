import { execFileSync, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Attribute, Change, Client } from 'ldapts';
import { endsWithUs } from './ends-with-us.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const SAMBA = '/usr/sbin/samba';
const TOOL = '/usr/bin/samba-tool';
const PROVISION = '/usr/share/samba/setup/provision.ldif';

const ADMINISTRATOR = 'An-administrator-of-1-test';
const OFTEN = 110;

/** Whether a domain can be made (Debian packages `samba` and `samba-ad-provision`, as root). */
export const hasSamba = [SAMBA, TOOL, PROVISION].every((path) => existsSync(path)) && process.getuid?.() === 0;

/** An Active Directory domain, `corp.example`, on an address of its own: the ports of a domain controller are fixed. */
export interface SambaDomain {
  readonly url: string;
  /** The controller's own certificate, which is also its authority; for the address and `dc1.corp.example`. */
  readonly ca: string;
  readonly baseDn: string;
  /** Runs `samba-tool` on the domain's database. */
  tool(...args: readonly string[]): void;
  /** Changes an entry so often that its update sequence numbers leave all earlier changes far behind. */
  changeOften(dn: string): Promise<void>;
  remove(): Promise<void>;
}

/** Makes a domain, which takes some time, and starts its controller. */
export async function startSambaDomain(): Promise<SambaDomain> {
  const { path, remove } = temporaryDirectory();
  const target = join(path, 'dc');
  const configuration = join(target, 'etc/smb.conf');
  const address = `127.${randomInt(1, 255)}.${randomInt(1, 255)}.${randomInt(2, 255)}`;
  const tool = (...args: readonly string[]): void => {
    execFileSync(TOOL, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  };
  tool(
    ...['domain', 'provision', '--realm=CORP.EXAMPLE', '--domain=CORP', '--server-role=dc', '--dns-backend=NONE'],
    ...[`--targetdir=${target}`, '--host-name=dc1', `--host-ip=${address}`, `--adminpass=${ADMINISTRATOR}`],
  );
  const tls = join(target, 'private/tls');
  mkdirSync(tls, { recursive: true });
  const certificate = join(tls, 'cert.pem');
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '3650', '-subj', '/CN=dc1.corp.example']
      .concat(['-addext', `subjectAltName=DNS:dc1.corp.example,IP:${address}`])
      .concat(['-keyout', join(tls, 'key.pem'), '-out', certificate]),
    { stdio: 'ignore' },
  );
  writeFileSync(configuration, configurationOf({ target, address, tls }));
  const controller = spawn(...endsWithUs(SAMBA, ['-i', '-M', 'single', '-s', configuration]), { stdio: 'ignore' });
  while (!(await answers(address))) {
    if (controller.exitCode !== null) throw new Error('samba did not start');
    await setTimeout(100);
  }
  const database = [`--URL=${join(target, 'private/sam.ldb')}`, `--configfile=${configuration}`];
  return {
    url: `ldaps://${address}`,
    ca: readFileSync(certificate, 'utf8'),
    baseDn: 'DC=corp,DC=example',
    tool: (...args) => tool(...args, ...database),
    async changeOften(dn) {
      const client = new Client({ url: `ldaps://${address}`, tlsOptions: { ca: [readFileSync(certificate)] } });
      await client.bind('administrator@corp.example', ADMINISTRATOR);
      for (let count = 0; count < OFTEN; count += 1) {
        const modification = new Attribute({ type: 'description', values: [`change ${count}`] });
        await client.modify(dn, new Change({ operation: 'replace', modification }));
      }
      await client.unbind();
    },
    async remove() {
      controller.kill('SIGTERM');
      if (controller.exitCode === null) await once(controller, 'exit');
      remove();
    },
  };
}

/** LDAP alone: no file server, no Kerberos, nothing that other programs of the machine would notice. */
function configurationOf({ target, address, tls }: { target: string; address: string; tls: string }): string {
  return `[global]
netbios name = DC1
realm = CORP.EXAMPLE
workgroup = CORP
server role = active directory domain controller
server services = ldap
interfaces = ${address}/8
bind interfaces only = yes
private dir = ${join(target, 'private')}
state directory = ${join(target, 'state')}
cache directory = ${target}
lock directory = ${target}
pid directory = ${target}
binddns dir = ${join(target, 'bind-dns')}
log file = ${join(target, 'log')}
tls enabled = yes
tls keyfile = ${join(tls, 'key.pem')}
tls certfile = ${join(tls, 'cert.pem')}
tls cafile = ${join(tls, 'cert.pem')}
`;
}

async function answers(address: string): Promise<boolean> {
  const socket = connect(636, address);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
