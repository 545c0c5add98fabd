import { IAM } from '@aws-sdk/client-iam';
import { callRolecall } from '../../harness/call-rolecall.ts';
import { newPerson, type PageSeen, type Person, type Seen } from '../../harness/person.ts';
import { SoftwareAuthenticator } from '../../harness/software-authenticator.ts';
import type { RunningServer } from '../../harness/start-server.ts';
import { codeAt, timeStepAt } from '../../src/identity/factors/totp.ts';

/** One password for everybody: hashing it costs the same, and nothing else is measured. */
export const PASSWORD = 'quartz-Lantern-93-obelisk';
export const WRONG_PASSWORD = 'quartz-Lantern-93-obelisks';

/** Behind a proxy, so that each person comes from an address of their own, as they would. */
export const SIGN_IN_ENV = { ROLECALL_TRUSTED_PROXIES: '127.0.0.1,::1' } as const;

/** How many calls that set people up are under way at a time. */
const AT_A_TIME = 8;

/** Runs a task for each number below `count`, a few at a time. */
export async function forEach(count: number, task: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const run = async (): Promise<void> => {
    while (next < count) await task(next++);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, run));
}

export const iamOf = ({ url, admin }: RunningServer): IAM =>
  new IAM({ endpoint: url, region: 'us-east-1', credentials: admin });

/** Adds a user, by default with a password. */
export async function addUser(server: RunningServer, name: string, hasPassword = true): Promise<void> {
  const iam = iamOf(server);
  await iam.createUser({ UserName: name });
  if (hasPassword) await iam.createLoginProfile({ UserName: name, Password: PASSWORD });
}

export async function disableUser(server: RunningServer, name: string): Promise<void> {
  await callRolecall(server, 'DisableUser', { UserName: name, Reason: 'left' });
}

/** Gives a user an app that makes codes. Returns its seed. */
export async function addTotp(server: RunningServer, name: string): Promise<Uint8Array> {
  const iam = iamOf(server);
  const { VirtualMFADevice: device } = await iam.createVirtualMFADevice({ VirtualMFADeviceName: name });
  const seed = base32Bytes(Buffer.from(device?.Base32StringSeed ?? []).toString());
  const step = timeStepAt(Date.now());
  await iam.enableMFADevice({
    UserName: name,
    SerialNumber: device?.SerialNumber,
    AuthenticationCode1: codeAt(seed, step - 1),
    AuthenticationCode2: codeAt(seed, step),
  });
  return seed;
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648 §6. */
function base32Bytes(text: string): Buffer {
  const bits = [...text.replace(/=+$/, '')].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0'));
  return Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

/** Somewhere on the internet. */
export function randomAddress(): string {
  const part = (): number => 1 + Math.floor(Math.random() * 222);
  return `${part()}.${part()}.${part()}.${part()}`;
}

/** A browser that was never used here. */
export function stranger({ url }: RunningServer): Person {
  return newPerson(url, { 'x-forwarded-for': randomAddress() });
}

export function pageOf(seen: Seen): PageSeen {
  if (seen.kind !== 'page') throw new Error(`left to ${seen.url.origin}`);
  return seen;
}

export const openSignIn = async (server: RunningServer, person: Person): Promise<PageSeen> =>
  pageOf(await person.open(`${server.url}/sign-in`));

/** Types name and password at once, as a password manager does. */
export async function typeIn(page: PageSeen, user: string, password: string): Promise<PageSeen> {
  return pageOf(await page.submit('sign in', { name: user, password }));
}

/** What a page asks of the browser's passkeys. */
export function passkeyOptions(html: string): never {
  const text = /data-passkey="([^"]*)"/.exec(html)?.[1];
  if (text === undefined) throw new Error('the page asks for no passkey');
  return JSON.parse(text.replaceAll('&quot;', '"')) as never;
}

/** Signs in and enrols a passkey on the page, as a person does. */
export async function addPasskey(server: RunningServer, name: string): Promise<SoftwareAuthenticator> {
  const key = new SoftwareAuthenticator({ origin: server.url, isSynced: true });
  const person = stranger(server);
  await typeIn(await openSignIn(server, person), name, PASSWORD);
  const factors = pageOf(await person.open(`${server.url}/sign-in/factors`));
  const page = pageOf(await factors.submit('Add a passkey or security key'));
  const credential = key.create(passkeyOptions(page.html));
  const added = pageOf(await page.submit('Continue', { Name: 'Laptop', credential }));
  if (!added.text.includes('is added')) throw new Error(`no passkey was added: ${added.text.slice(0, 200)}`);
  return key;
}
