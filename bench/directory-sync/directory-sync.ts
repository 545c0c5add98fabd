import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../../harness/child-environment.ts';
import { endsWithUs } from '../../harness/ends-with-us.ts';
import { startServer } from '../../harness/start-server.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { processTreeCpu } from '../thread-cpu.ts';
import { READER, SUFFIX, startLargeDirectory } from './large-directory.ts';
import { addLinkedUsers } from './linked-users.ts';

/** One run of `rolecall sync-directory`. */
export interface SyncFigure {
  readonly what: string;
  readonly people: number;
  readonly seconds: number;
  /** CPU time of the command, and of OpenLDAP meanwhile. */
  readonly cpuSeconds: number;
  readonly directoryCpuSeconds: number;
  /** The most memory of its own that was resident, and with the pages of files that are mapped: those of the embedded store. */
  readonly ownMegabytes: number;
  readonly megabytes: number;
  readonly report: Readonly<Record<string, unknown>>;
}

export const DIRECTORY_SIZES = [100_000];
const MAIN = fileURLToPath(new URL('../../dist/app/main.js', import.meta.url));
const KEY = '0123456789abcdef'.repeat(4);
const ACCOUNT = '111122223333';
/** People whose entries change between two runs. */
const CHANGED = 20;

/** Measures syncs of all people of an OpenLDAP directory, who are all linked users: one without changes, and one with a few. */
export async function* directorySyncs(
  sizes: readonly number[],
  log: (line: string) => void,
): AsyncGenerator<SyncFigure> {
  for (const people of sizes) {
    const directory = temporaryDirectory();
    const began = performance.now();
    const slapd = await startLargeDirectory(people);
    log(`  ${people} people: the directory was filled in ${seconds(began)} s`);
    try {
      const env = { ROLECALL_DATA_DIR: join(directory.path, 'data'), ROLECALL_KEY_ENCRYPTION_KEY: KEY };
      const connector = {
        ...{ kind: 'ldap', name: 'corp', servers: [slapd.secureUrl], ca: slapd.ca, baseDn: SUFFIX },
        ...{ bindDn: READER.dn, bindPassword: READER.password },
        rules: { groups: { map: ['staff', 'team-0', 'division-0'].map((value) => ({ value, group: value })) } },
      };
      const config = { federation: { connectors: [connector] } };
      const server = await startServer({ directory: directory.path, env, config });
      await server.stop();
      const filling = performance.now();
      await addLinkedUsers(env.ROLECALL_DATA_DIR, { accountId: ACCOUNT, connector: 'corp', people });
      log(`  ${people} people: the store was filled in ${seconds(filling)} s`);
      const run = async (what: string) => ({
        what,
        people,
        ...(await runCommand(directory.path, env, slapd.pid)),
      });
      yield await run('nothing changed');
      slapd.modify(changes(people));
      yield await run(`${CHANGED * 2} people changed`);
    } finally {
      await slapd.remove();
      directory.remove();
    }
  }
}

const seconds = (from: number): string => ((performance.now() - from) / 1000).toFixed(1);

/** Some people get another name, and some leave a team. */
function changes(people: number): string {
  const step = Math.floor(people / CHANGED);
  const numbers = Array.from({ length: CHANGED }, (_, index) => index);
  const renamed = numbers.map(
    (index) => `dn: uid=p${index * step},ou=people,${SUFFIX}\nchangetype: modify\nreplace: cn\ncn: Renamed\n`,
  );
  const members = numbers.map((index) => `member: uid=p${index + 1},ou=people,${SUFFIX}`).join('\n');
  return [...renamed, `dn: cn=team-0,ou=groups,${SUFFIX}\nchangetype: modify\ndelete: member\n${members}\n`].join('\n');
}

async function runCommand(
  directory: string,
  env: Readonly<Record<string, string>>,
  directoryPid: number,
): Promise<Omit<SyncFigure, 'what' | 'people'>> {
  const began = performance.now();
  const directoryBefore = processTreeCpu(directoryPid) ?? 0;
  const child = spawn(...endsWithUs(process.execPath, [MAIN, 'sync-directory', 'corp', '--json']), {
    env: childEnvironment({ ...env, ROLECALL_CONFIG: join(directory, 'config.json') }),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let cpu = 0;
  let [ownMegabytes, megabytes] = [0, 0];
  const timer = setInterval(() => {
    cpu = Math.max(cpu, processTreeCpu(child.pid ?? 0) ?? 0);
    ownMegabytes = Math.max(ownMegabytes, megabytesOf(child.pid, 'RssAnon'));
    megabytes = Math.max(megabytes, megabytesOf(child.pid, 'VmHWM'));
  }, 20);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const status = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  clearInterval(timer);
  if (status !== 0) throw new Error(`the sync failed: ${output}`);
  return {
    seconds: (performance.now() - began) / 1000,
    cpuSeconds: cpu / 1e6,
    directoryCpuSeconds: ((processTreeCpu(directoryPid) ?? Number.NaN) - directoryBefore) / 1e6,
    ownMegabytes,
    megabytes,
    report: JSON.parse(output) as Record<string, unknown>,
  };
}

/** What Linux says of a process's memory. */
function megabytesOf(pid: number | undefined, name: 'RssAnon' | 'VmHWM'): number {
  try {
    const [, kilobytes] =
      new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes ?? 0) / 1024;
  } catch {
    return 0;
  }
}
