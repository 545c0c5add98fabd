import { iamArn, rootArn } from '../../../kernel/arn.ts';
import { mapWithPauses } from '../../../kernel/pause.ts';
import type { LastUse, LastUsed } from '../../access-keys/last-used.ts';
import type { AccessKey } from '../../documents/access-key.ts';
import type { Account } from '../../documents/account.ts';
import type { SigningCertificate } from '../../documents/signing-certificate.ts';
import type { User } from '../../documents/user.ts';
import type { IdentityStore } from '../../store/identity-store.ts';

/** The columns of AWS's credential report, in its order. */
const COLUMNS = [
  ...['user', 'arn', 'user_creation_time'],
  ...['password_enabled', 'password_last_used', 'password_last_changed', 'password_next_rotation', 'mfa_active'],
  ...keyColumns(1),
  ...keyColumns(2),
  ...['cert_1_active', 'cert_1_last_rotated', 'cert_2_active', 'cert_2_last_rotated'],
];

function keyColumns(which: number): readonly string[] {
  return ['active', 'last_rotated', 'last_used_date', 'last_used_region', 'last_used_service'].map(
    (column) => `access_key_${which}_${column}`,
  );
}

/** What the columns say if there is nothing to say. */
const NONE = 'N/A';
/** A password that has never been used. */
const NEVER_USED = 'no_information';
/** What AWS does not tell of the root user's password. */
const NOT_SUPPORTED = 'not_supported';
const DAY = 24 * 60 * 60_000;
const USERS_AT_A_TIME = 100;

type Holder = Pick<User, 'accessKeys' | 'signingCertificates'>;

interface ReportSources {
  readonly store: Pick<IdentityStore, 'users' | 'accounts'>;
  readonly lastUsed: Pick<LastUsed, 'lastUse'>;
  /** Called after each piece of work; the report is given up if it returns false. */
  readonly goOn: () => Promise<boolean>;
}

/**
 * Writes the credential report of an account: CSV (RFC 4180, but with AWS's line feeds and no last one), the root user first, then the users
 * by name.
 * @returns `undefined` if the account has gone or `goOn` returned false.
 */
export async function credentialReport(
  { store, lastUsed, goOn }: ReportSources,
  accountId: string,
): Promise<string | undefined> {
  const account = await store.accounts.get([accountId]);
  if (account === undefined) return undefined;
  const otherCells = async ({ accessKeys, signingCertificates = [] }: Holder) => [
    ...(await keyCells(lastUsed, accessKeys)),
    ...certificateCells(signingCertificates),
  ];
  const lines = [COLUMNS, [...rootCells(account), ...(await otherCells(account.root))]];
  let after: string | undefined;
  do {
    const page = await store.users.find('byName', [accountId], {
      limit: USERS_AT_A_TIME,
      ...(after !== undefined && { after }),
    });
    const rowOf = async (user: User) => [...userCells(account, user), ...(await otherCells(user))];
    lines.push(...(await mapWithPauses(page.items, rowOf)));
    if (!(await goOn())) return undefined;
    after = page.next;
  } while (after !== undefined);
  return lines.map((cells) => cells.map(csvCell).join(',')).join('\n');
}

function rootCells({ accountId, createdAt, root }: Account): readonly string[] {
  const { passwordHash, passwordLastUsedAt: used } = root;
  const isEnabled = passwordHash === undefined ? 'false' : NOT_SUPPORTED;
  return [
    ...['<root_account>', rootArn(accountId), dateCell(createdAt)],
    ...[isEnabled, used === undefined ? NEVER_USED : dateCell(used), NOT_SUPPORTED, NOT_SUPPORTED],
    hasFactor(root),
  ];
}

function userCells({ accountId, passwordPolicy }: Account, user: User): readonly string[] {
  const named = [user.userName, iamArn(accountId, 'user', user.path, user.userName), dateCell(user.createdAt)];
  const { loginProfile: login, passwordLastUsedAt: used } = user;
  if (login === undefined) return [...named, 'false', NONE, NONE, NONE, hasFactor(user)];
  const maxAge = passwordPolicy?.maxPasswordAge ?? 0;
  return [
    ...named,
    ...['true', used === undefined ? NEVER_USED : dateCell(used), dateCell(login.changedAt)],
    maxAge > 0 ? dateCell(login.changedAt + maxAge * DAY) : NONE,
    hasFactor(user),
  ];
}

/** Passkeys and security keys count: each is an MFA device in AWS's terms. */
function hasFactor({ mfaDevices, passkeys = [] }: Pick<User, 'mfaDevices' | 'passkeys'>): string {
  return String(mfaDevices.length + passkeys.length > 0);
}

/** The cells of both access keys, by id. An inactive key keeps its dates. */
async function keyCells(
  { lastUse }: ReportSources['lastUsed'],
  keys: readonly AccessKey[],
): Promise<readonly string[]> {
  const sorted = [...keys].sort((a, b) => (a.accessKeyId < b.accessKeyId ? -1 : 1));
  const uses = await Promise.all(sorted.map(({ accessKeyId }) => lastUse(accessKeyId)));
  return [0, 1].flatMap((i) => oneKeyCells(sorted[i], uses[i]));
}

function oneKeyCells(key: AccessKey | undefined, use: LastUse | undefined): readonly string[] {
  if (key === undefined) return ['false', NONE, NONE, NONE, NONE];
  const used = use === undefined ? [NONE, NONE, NONE] : [dateCell(use.at), use.region, use.service ?? NONE];
  return [String(key.status === 'Active'), dateCell(key.createdAt), ...used];
}

/** The cells of both signing certificates, the inactive ones first, as AWS's report has them. */
function certificateCells(certificates: readonly SigningCertificate[]): readonly string[] {
  const sorted = [...certificates].sort((a, b) => b.status.localeCompare(a.status) || a.uploadedAt - b.uploadedAt);
  return [0, 1].flatMap((i) => {
    const certificate = sorted[i];
    if (certificate === undefined) return ['false', NONE];
    return [String(certificate.status === 'Active'), dateCell(certificate.uploadedAt)];
  });
}

/** ISO 8601, to the second. */
function dateCell(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -'.000Z'.length)}Z`;
}

/** User names may contain commas. */
function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
