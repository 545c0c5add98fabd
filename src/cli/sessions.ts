import { createHash } from 'node:crypto';
import { readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from './failure.ts';
import { withLock } from './lock.ts';
import { codeOf, ensurePrivateDirectory, readPrivateFile, writePrivateFile } from './private-file.ts';
import type { RoleCredentials } from './server.ts';

const VERSION = 1;

/** A sign-in at one server, with the credentials obtained by it. */
export interface Session {
  readonly version: typeof VERSION;
  readonly endpoint: string;
  readonly tokenEndpoint: string;
  readonly revocationEndpoint: string;
  readonly credentialsEndpoint: string;
  readonly refreshToken: string;
  /** The ARN of the person. */
  readonly arn: string;
  /** By role and duration. */
  readonly credentials: Readonly<Record<string, RoleCredentials>>;
}

/** The sign-ins of this machine, one per server, each in a file of its own. */
export interface Sessions {
  /** @throws {Failure} if others can read the file. */
  read(endpoint: string): Promise<Session | undefined>;
  /** The same for a sign-in that is about to end, which others may have read. @returns `undefined` also if it cannot be read. */
  readToEnd(endpoint: string): Promise<Session | undefined>;
  /** Runs `act` while no other process does so for the same server. */
  exclusively<Result>(endpoint: string, act: () => Promise<Result>): Promise<Result>;
  write(session: Session): Promise<void>;
  remove(endpoint: string): Promise<void>;
  /** The servers that somebody is signed in to. */
  endpoints(): Promise<readonly string[]>;
}

export function openSessions(directory: string): Sessions {
  const fileOf = (endpoint: string, extension: string): string =>
    join(directory, `${createHash('sha256').update(endpoint).digest('hex').slice(0, 32)}.${extension}`);
  return {
    async read(endpoint) {
      const path = fileOf(endpoint, 'json');
      const text = await readPrivateFile(path);
      if (text === undefined) return undefined;
      // The directory counts too: anyone who may write there could replace the file.
      await ensurePrivateDirectory(directory);
      return parse(text, endpoint, path);
    },
    async readToEnd(endpoint) {
      const path = fileOf(endpoint, 'json');
      const text = await readPrivateFile(path, { evenIfOpen: true }).catch(() => undefined);
      return text === undefined ? undefined : sessionIn(text, endpoint);
    },
    async exclusively(endpoint, act) {
      await ensurePrivateDirectory(directory);
      return await withLock(fileOf(endpoint, 'lock'), act);
    },
    write: (session) => writePrivateFile(fileOf(session.endpoint, 'json'), JSON.stringify(session)),
    async remove(endpoint) {
      await unlink(fileOf(endpoint, 'json')).catch((error: unknown) => {
        if (codeOf(error) !== 'ENOENT') throw error;
      });
    },
    async endpoints() {
      const names = await readdir(directory).catch((error: unknown) => {
        if (codeOf(error) === 'ENOENT') return [];
        throw error;
      });
      const texts = names
        .filter((name) => name.endsWith('.json'))
        .map((name) => readPrivateFile(join(directory, name), { evenIfOpen: true }).catch(() => undefined));
      return (await Promise.all(texts)).flatMap((text) => (text === undefined ? [] : endpointIn(text)));
    },
  };
}

function parse(text: string, endpoint: string, path: string): Session {
  const session = sessionIn(text, endpoint);
  if (session === undefined) throw new Failure(`${path} cannot be read: remove it, and sign in again`);
  return session;
}

function sessionIn(text: string, endpoint: string): Session | undefined {
  try {
    const session = JSON.parse(text) as Session;
    const isOurs =
      session.version === VERSION && session.endpoint === endpoint && typeof session.credentials === 'object';
    return isOurs ? session : undefined;
  } catch {
    return undefined;
  }
}

function endpointIn(text: string): readonly string[] {
  try {
    const { endpoint } = JSON.parse(text) as Partial<Session>;
    return endpoint === undefined ? [] : [endpoint];
  } catch {
    return [];
  }
}
