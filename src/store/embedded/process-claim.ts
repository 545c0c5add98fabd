import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, openSync, readdirSync, readlinkSync, renameSync, statSync, unlinkSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { StoreUnavailableError } from '../../ports/collections.ts';

/** This process's exclusive right to open the data directory. */
export interface ProcessClaim {
  /** Gives up the claim. Call this once LMDB has closed the directory. */
  release(): Promise<void>;
}

/** A process, as described by the name of its socket. */
interface Claimant {
  readonly name: string;
  /** The inode of the pid namespace; 0 if the system has none. */
  readonly namespace: string;
  readonly pid: string;
  /** Random. If two processes claim at the same moment, the one with the smaller token wins. */
  readonly token: string;
}

/** What a claimant says about itself once it has the directory. */
interface Introduction {
  readonly host: string;
  readonly since: string;
}

const NAME = /^process-(?<namespace>\d+)-(?<pid>\d+)-(?<token>[0-9a-f]{16})$/;
/** A socket has this prefix until it listens, so that it is not taken for a dead process's. */
const UNFINISHED = 'new-';
/** After this time, in ms, an unfinished socket must belong to a process that has died. */
const UNFINISHED_FOR = 60_000;
/** How long to wait for each word of another process's answer, in ms. A stopped process does not answer, but still holds the directory. */
const ANSWER_TIMEOUT = 5_000;
/** The answer of a process that is still making its own claim. */
const CLAIMING = 'claiming ';

/**
 * Claims the data directory for this process.
 *
 * LMDB tells processes apart by their ids alone: its reader lock is a file lock at the offset `pid`. If two processes have the same
 * id (in two containers, usually both 1), the second blocks in native code until the first ends. A process that opens the directory
 * twice blocks on itself. Within one pid namespace ids never collide. Across namespaces they can at any time, also through the
 * helper processes that each side starts. So all processes that have the directory open must share a pid namespace, and each may
 * open it only once.
 *
 * The claim is a listening socket in the directory. The kernel knows whether its process is alive: this works across pid and
 * network namespaces, needs no clock, and the socket always closes with its process. Each process first creates its own socket and
 * then looks for others, so if two start at once, at least one sees the other.
 * @throws {StoreUnavailableError} naming the process that has the directory.
 */
export async function claimForProcess(directory: string): Promise<ProcessClaim> {
  const folder = openFolder(directory);
  const claim = newClaim();
  const listening = await announce(folder, claim.name).catch((failure: unknown) => {
    folder.close();
    throw cannotClaim(directory, failure);
  });
  const release = async (): Promise<void> => {
    removeEntry(folder.at(claim.name));
    await listening.close();
    folder.close();
  };
  try {
    await requireNoRival(folder, claim, directory);
  } catch (failure) {
    await release();
    throw failure;
  }
  listening.introduce({ host: hostname(), since: new Date().toISOString() });
  return { release };
}

interface Folder {
  /** A path for an entry of the folder, short enough for a socket: socket paths are limited to about a hundred bytes. */
  at(name: string): string;
  names(): readonly string[];
  close(): void;
}

function openFolder(directory: string): Folder {
  const descriptor = openSync(directory, 'r');
  const linked = `/proc/self/fd/${descriptor}`;
  const base = existsSync(linked) ? linked : directory;
  return {
    at: (name) => join(base, name),
    names: () => readdirSync(directory),
    close: () => closeSync(descriptor),
  };
}

function newClaim(): Claimant {
  const [namespace, pid, token] = [pidNamespace(), String(process.pid), randomBytes(8).toString('hex')];
  return { namespace, pid, token, name: `process-${namespace}-${pid}-${token}` };
}

function pidNamespace(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
  } catch {
    return '0';
  }
}

function readName(name: string): Claimant | undefined {
  const { namespace, pid, token } = NAME.exec(name)?.groups ?? {};
  return namespace && pid && token ? { name, namespace, pid, token } : undefined;
}

interface Listening {
  /** Introduces this process to everyone who asks or is already waiting for an answer. */
  introduce(self: Introduction): void;
  close(): Promise<void>;
}

/** Creates the socket. It only gets its final name once it listens. */
async function announce(folder: Folder, name: string): Promise<Listening> {
  const open = new Set<Socket>();
  let self: Introduction | undefined;
  const server: Server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket)).on('error', () => socket.destroy());
    socket.unref();
    if (self === undefined) socket.write(CLAIMING);
    else socket.end(JSON.stringify(self));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    // Exclusive: otherwise, in a `node:cluster` worker, the supervisor would listen instead.
    server.listen({ path: folder.at(UNFINISHED + name), exclusive: true }, resolve);
  });
  server.unref();
  renameSync(folder.at(UNFINISHED + name), folder.at(name));
  return {
    introduce(introduction) {
      self = introduction;
      for (const socket of open) socket.end(JSON.stringify(self));
    },
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function requireNoRival(folder: Folder, own: Claimant, directory: string): Promise<void> {
  await Promise.all(
    folder.names().map(async (name) => {
      if (name.startsWith(UNFINISHED)) return removeUnfinished(folder.at(name));
      const other = readName(name);
      if (other === undefined || name === own.name) return;
      const path = folder.at(name);
      if (mayBeOpenedBeside(own, other)) {
        if (await isDead(path)) removeEntry(path);
        return;
      }
      const found = await askOwner(path, { untilSettled: own.token < other.token });
      if (found === 'dead') removeEntry(path);
      else if (found !== 'left') throw rivalError({ own, other, found, directory });
    }),
  );
}

const mayBeOpenedBeside = (own: Claimant, other: Claimant): boolean =>
  own.namespace === other.namespace && own.pid !== other.pid;

function isDead(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    const socket = createConnection({ path });
    socket.on('connect', () => settle(false)).on('error', (error) => settle(isOfDeadProcess(error)));
  });
}

const isOfDeadProcess = ({ code }: NodeJS.ErrnoException): boolean => code === 'ECONNREFUSED' || code === 'ENOENT';

/** The result of asking: the process is dead, gave up its claim, has the directory, or is still claiming it or does not answer. */
type Found = 'dead' | 'left' | Introduction | 'unknown';

/** @param untilSettled Whether to wait for the outcome if a process is still claiming the directory. It yields to us if it sees us. */
function askOwner(path: string, { untilSettled }: { readonly untilSettled: boolean }): Promise<Found> {
  return new Promise((resolve) => {
    let text = '';
    const settle = (found: Found): void => {
      socket.destroy();
      resolve(found);
    };
    const socket = createConnection({ path });
    socket.setTimeout(ANSWER_TIMEOUT, () => settle('unknown'));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (isOfDeadProcess(error)) settle('dead');
      else settle(error.code === 'ECONNRESET' ? 'left' : 'unknown');
    });
    socket.on('data', (data) => {
      text += data.toString();
      if (text === CLAIMING && !untilSettled) settle('unknown');
    });
    socket.on('end', () => {
      const introduction = text.replace(CLAIMING, '');
      settle(introduction === '' ? 'left' : readIntroduction(introduction));
    });
  });
}

function readIntroduction(text: string): Found {
  try {
    const { host, since } = JSON.parse(text) as Introduction;
    return { host, since };
  } catch {
    return 'unknown';
  }
}

interface Rival {
  readonly own: Claimant;
  readonly other: Claimant;
  readonly found: Introduction | 'unknown';
  readonly directory: string;
}

function rivalError({ own, other, found, directory }: Rival): StoreUnavailableError {
  if (own.namespace === other.namespace)
    return new StoreUnavailableError(
      `embedded store: this process already has ${directory} open, and may open it only once: close it first, or run the command in a separate process`,
    );
  const known = typeof found === 'object' ? ` on host ${found.host}, since ${found.since}` : '';
  return new StoreUnavailableError(
    `embedded store: ${directory} is open in another container (process ${other.pid} of another pid namespace${known}). LMDB tells processes apart by their ids, which repeat between containers: stop the other one first, or run this in it (docker exec, kubectl exec)`,
  );
}

function cannotClaim(directory: string, failure: unknown): StoreUnavailableError {
  const reason = (failure as Partial<NodeJS.ErrnoException>).code ?? String(failure);
  const advice = ['EACCES', 'EROFS', 'ENOSPC', 'EDQUOT'].includes(reason)
    ? 'check its owner, its mode and its free space'
    : 'put it on a local file system such as ext4 or xfs (of a container, a named volume)';
  return new StoreUnavailableError(
    `embedded store: cannot create the socket in ${directory} that marks the directory as in use; ${advice} (${reason})`,
    { cause: failure },
  );
}

function removeUnfinished(path: string): void {
  const made = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  if (made !== undefined && Date.now() - made > UNFINISHED_FOR) removeEntry(path);
}

function removeEntry(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Another process was faster, or the directory is gone.
  }
}
