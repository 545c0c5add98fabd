import type { Clock } from '../../kernel/clock.ts';
import type { Random } from '../../kernel/random.ts';
import { hashedId } from '../../keys/hashed-id.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';
import { type Mailer, mailLanguage, type NoticeEvent } from '../../ports/mailer.ts';
import { requireAccount } from '../accounts/account-alias.ts';
import { accountName } from '../accounts/account-name.ts';
import type { DueCredential } from '../credential-policy/due-credentials.ts';
import type { CredentialHolder, HolderId } from '../credentials/credential-holder.ts';
import { findCredentialHolder } from '../credentials/find-credential-holder.ts';
import { rootHolder } from '../credentials/stored-holders.ts';
import { doubtBrowsers } from '../own-browsers/own-browsers.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { type SecurityChange, securityChanges } from './security-changes.ts';

/** The path of the page "this wasn't me"; the token follows. */
export const NOT_ME_PATH = '/not-me';

/** How long the mail about a credential is of use, in ms. */
const CREDENTIAL_MAIL_MS = 24 * 60 * 60_000;

/** What a link of a notice stands for. */
export interface NoticeLink extends HolderId {
  readonly event: NoticeEvent;
  /** When it happened, in ms since the epoch. Absent in notices of earlier versions. */
  readonly at?: number;
  /** The serial number of the factor that the notice is about, if it was added. */
  readonly added?: string;
  /** The id of the link that the notice is about, if it was added. */
  readonly linked?: string;
}

interface NoticesDependencies {
  readonly mailer: Mailer;
  readonly ephemeral: Pick<Ephemeral, 'set' | 'setIfAbsent'>;
  readonly store: Pick<IdentityStore, 'accounts' | 'users'>;
  readonly clock: Clock;
  readonly random: Random;
  /** The language in which a person last signed in, by its tag. Default: it is not known. */
  readonly languageOf?: (subject: string) => Promise<string | undefined>;
  /** Without a trailing slash: links never follow the `Host` header. */
  readonly publicUrl: string;
  /** A notice that fails must not fail the change, which was made. */
  readonly onFault: (fault: unknown) => void;
}

/** Tells people by mail what happened to their account. */
export interface Notices {
  changed(before: CredentialHolder, after: CredentialHolder): void;
  /** @param language of the sign-in. Default: that of the one before. */
  newDevice(id: HolderId, detail: string | undefined, language?: string): void;
  /** Tells a user of an access key or a password that the credential policy makes inactive at a time, or has made inactive. */
  credentialEnds(user: CredentialHolder, due: DueCredential, endsAt?: number): void;
  /** Tells the owner of an account, at most once an hour for each kind of alarm. */
  alarm(accountId: string, alarm: Alarm): void;
  /** Waits for notices that are being queued. */
  close(): Promise<void>;
}

/** What the owner of an account is told of at once. */
export interface Alarm {
  readonly event: Extract<NoticeEvent, 'root-used' | 'emergency-access-used'>;
  /** What was done, such as the action and the resource. */
  readonly detail: string;
  /** The person who did it, if that is not the owner. */
  readonly by?: string;
}

/** The address that notices go to: a proven one, or the name that a root user signs in with. An unproven address may be a stranger's. */
function addressOf({ kind, email, isEmailVerified }: CredentialHolder): string | undefined {
  return kind === 'root' || isEmailVerified ? email : undefined;
}

export function openNotices(deps: NoticesDependencies): Notices {
  const { mailer, ephemeral, store, clock, random, publicUrl, onFault } = deps;
  const running = new Set<Promise<void>>();

  const send = async (
    holder: CredentialHolder,
    { event, detail, added, linked, by }: SecurityChange & Pick<Alarm, 'by'>,
    signedInWith?: string,
  ): Promise<void> => {
    const to = addressOf(holder);
    if (to === undefined) return;
    const { accountId, subject, userName = 'root' } = holder;
    const account = accountName(await requireAccount(store, accountId));
    const language = mailLanguage(signedInWith ?? (await deps.languageOf?.(subject)));
    const at = clock.now();
    const expiresAt = at + EPHEMERAL_KEYS.noticeLink.lifetime;
    const named = detail !== undefined && { detail };
    if (by !== undefined) {
      const message = { kind: 'notice', event, userName: by, account, at, ...named, isForOwner: true } as const;
      await mailer.queue({ to, message, language, expiresAt });
      return;
    }
    const token = random.bytes(32).toString('base64url');
    const cause = { ...(added !== undefined && { added }), ...(linked !== undefined && { linked }) };
    const meaning: NoticeLink = { accountId, subject, event, at, ...cause };
    const { lifetime } = EPHEMERAL_KEYS.noticeLink;
    await ephemeral.set(EPHEMERAL_KEYS.noticeLink.of(hashedId(token)), JSON.stringify(meaning), lifetime);
    const link = `${publicUrl}${NOT_ME_PATH}/${token}`;
    const about = { userName, account, at, link, ...named };
    await mailer.queue({ to, message: { kind: 'notice', event, ...about }, language, expiresAt });
  };
  const raise = async (accountId: string, { event, detail, by }: Alarm): Promise<void> => {
    const { of, lifetime } = EPHEMERAL_KEYS.alarmMail;
    if (!(await ephemeral.setIfAbsent(of(accountId, event), '', lifetime))) return;
    const root = rootHolder(await requireAccount(store, accountId));
    await send(root, by === undefined ? { event, detail } : { event, detail, by });
  };
  const tellOfCredential = async (user: CredentialHolder, due: DueCredential, endsAt?: number): Promise<void> => {
    const to = addressOf(user);
    if (to === undefined) return;
    const { accessKeyId, reason, days = 0 } = due;
    const about = {
      reason,
      days,
      ...(accessKeyId !== undefined && { accessKeyId }),
      ...(endsAt !== undefined && { endsAt }),
    };
    const account = accountName(await requireAccount(store, user.accountId));
    const message = { kind: 'credential', userName: user.userName ?? 'root', account, ...about } as const;
    const language = mailLanguage(await deps.languageOf?.(user.subject));
    await mailer.queue({ to, message, language, expiresAt: clock.now() + CREDENTIAL_MAIL_MS });
  };
  const track = (task: Promise<void>): void => {
    const tracked = task.catch(onFault).finally(() => running.delete(tracked));
    running.add(tracked);
  };
  return {
    changed(before, after) {
      // The address before the change: an intruder who changes the address must not choose who is told of it.
      for (const change of securityChanges(before, after)) {
        // An administrator resets a password that may be in the wrong hands: so may be a browser that was used with it.
        if (change.event === 'password-reset') track(doubtBrowsers(ephemeral, before.subject, clock.now()));
        track(send(before, change));
      }
    },
    newDevice(id, detail, language) {
      const tell = async (): Promise<void> => {
        const holder = await findCredentialHolder(store, id);
        const change = { event: 'new-device', ...(detail !== undefined && { detail }) } as const;
        if (holder !== undefined) await send(holder, change, language);
      };
      track(tell());
    },
    credentialEnds: (user, due, endsAt) => track(tellOfCredential(user, due, endsAt)),
    alarm: (accountId, alarm) => track(raise(accountId, alarm)),
    async close() {
      await Promise.all(running);
    },
  };
}
