import { mkdtemp, rm } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IAMClient } from '@aws-sdk/client-iam';
import { STSClient } from '@aws-sdk/client-sts';
import { patientServer } from '../../harness/patient-server.ts';
import { storesFor } from '../../harness/stores-of-tests.ts';
import { compose } from '../../src/app/compose.ts';
import type { Log } from '../../src/app/log/log.ts';
import { readSettings } from '../../src/app/settings/read-settings.ts';
import { openStores, type Stores } from '../../src/app/stores/open-stores.ts';
import type { FirstAccount } from '../../src/identity/first-start/first-account.ts';
import type { AuditEvent } from '../../src/kernel/audit-event.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { closedWithTheFile } from './leftovers.ts';
import { firstRsaKeysKept } from './signing-keys.ts';
import { failUndeclared } from './undeclared-errors.ts';

export interface Key {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * The whole server within the test's process, on a fresh store (see stores-of-tests.ts), behind a real port, with a clock that can be
 * moved. A test fails if an operation throws what it does not declare.
 */
export interface InProcessServer {
  readonly url: string;
  readonly first: FirstAccount;
  readonly admin: Key;
  /** What has been logged as audit events so far. */
  readonly events: readonly AuditEvent[];
  /** What has been logged as an error. */
  readonly errors: readonly unknown[];
  /** Moves the clock on by so many milliseconds. */
  advance(ms: number): void;
  /** Reads the configuration again and applies it, as SIGHUP does. */
  reload(): Promise<void>;
  iam(key?: Key): IAMClient;
  sts(key?: Key): STSClient;
  close(): Promise<void>;
}

export const ACCOUNT_ID = '123456789012';

/** What is put between the server and its stores. */
type Between = (opened: Stores) => Stores;

/** Starts on a store of its own, or on an empty one that `env` names. */
export async function startInProcess(
  env: Readonly<Record<string, string>> = {},
  between?: Between,
): Promise<InProcessServer> {
  const server = await serveInProcess(env, between);
  const { first } = server;
  if (first === undefined) {
    await server.close();
    throw new Error('the first start made no account');
  }
  const admin = { accessKeyId: first.adminAccessKeyId, secretAccessKey: first.adminSecretAccessKey };
  return { ...server, first, admin, iam: (key = admin) => server.iam(key), sts: (key = admin) => server.sts(key) };
}

/** A server on a store that may have been used before: then it makes no first account. */
export interface ServedInProcess extends Omit<InProcessServer, 'first' | 'admin' | 'iam' | 'sts'> {
  readonly first: FirstAccount | undefined;
  iam(key: Key): IAMClient;
  sts(key: Key): STSClient;
}

export async function serveInProcess(
  env: Readonly<Record<string, string>> = {},
  between: Between = (opened) => opened,
): Promise<ServedInProcess> {
  const directory = await mkdtemp(join(tmpdir(), 'rolecall-'));
  const events: AuditEvent[] = [];
  const errors: unknown[] = [];
  const log: Log = {
    info: () => {},
    warn: () => {},
    error(message, facts = {}) {
      errors.push({ message, ...facts });
      failUndeclared(facts);
    },
    audit: (json) => void events.push(JSON.parse(Buffer.from(json).toString()) as AuditEvent),
    setLevel: () => {},
    droppedLines: () => 0,
    flush: async () => {},
    flushNow: () => true,
  };
  // The port is settled first: the public URL is part of the settings.
  const server = patientServer((request, response) => {
    // Node's own is that of the machine, also where the test has moved its `Date`; SDKs set their clocks by it.
    response.setHeader('Date', new Date().toUTCString());
    handle(request, response);
  });
  let handle: RequestListener = () => {};
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const variables = {
    PORT: String(port),
    ROLECALL_DATA_DIR: join(directory, 'data'),
    ROLECALL_KEY_ENCRYPTION_KEY: '0123456789abcdef'.repeat(4),
    ROLECALL_ACCOUNT_ID: ACCOUNT_ID,
    ...storesFor(directory),
    ...env,
  };
  const read = () => readSettings(variables, join(directory, 'no-default-file.json'));
  const settings = read();
  let offset = 0;
  const clock = { now: () => Date.now() + offset };
  const onFault = (fault: unknown): void => void errors.push(fault);
  const stores = between(await openStores(settings, { clock, onFault }));
  const closeStores = closedWithTheFile(stores.close);
  const composing = compose(settings, {
    stores,
    log,
    clock,
    random: systemRandom(),
    makePrivateKey: firstRsaKeysKept,
    // Cheap hashes: what they are worth is tested where they are made.
    argon2: { memoryCost: 64, timeCost: 1, parallelism: 1 },
  });
  const application = await composing.catch(async (error: unknown) => {
    await closeStores();
    await new Promise((resolve) => server.close(resolve));
    throw error;
  });
  handle = application.listener;
  const first = await application.makeFirstAccount();
  await application.syncClients(settings);
  const url = `http://localhost:${port}`;
  const clients: { destroy(): void }[] = [];
  const options = (credentials: Key) => ({
    endpoint: url,
    region: 'eu-central-1',
    credentials,
    maxAttempts: 1,
    systemClockOffset: offset,
  });
  const kept = <Client extends { destroy(): void }>(client: Client): Client => {
    clients.push(client);
    return client;
  };
  return {
    url,
    first,
    events,
    errors,
    advance: (ms) => {
      offset += ms;
    },
    iam: (key) => kept(new IAMClient(options(key))),
    sts: (key) => kept(new STSClient(options(key))),
    reload: () => application.syncClients(read()),
    close: closedWithTheFile(async () => {
      for (const client of clients) client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await application.close();
      await closeStores();
      await rm(directory, { recursive: true, force: true });
    }),
  };
}
