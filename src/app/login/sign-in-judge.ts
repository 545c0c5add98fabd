import { isIP } from 'node:net';
import type { Privileges } from '../../evaluation/sign-in/privileges.ts';
import { parseSubject } from '../../identity/credentials/find-credential-holder.ts';
import type { Notices } from '../../identity/notices/notices.ts';
import { tellingNewDevices } from '../../identity/notices/telling-new-devices.ts';
import { canHavePasskeys, rpIdOf } from '../../identity/passkeys/passkey-settings.ts';
import { openSignInJudge, type SignInJudge } from '../../identity/sign-in-policy/judge-sign-in.ts';
import { openSignInHistory, type SignInHistory } from '../../identity/sign-in-policy/sign-in-history.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import type { Sealer } from '../../keys/key-ring.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import type { Log } from '../log/log.ts';
import type { Settings } from '../settings/settings.ts';
import { openSignInLists, type SignInLists } from './sign-in-lists.ts';

export interface AppSignInJudge extends Pick<SignInLists, 'replacement'> {
  /** @param ephemeral the store as one request sees it, or the store itself. */
  open(ephemeral: Ephemeral): SignInJudge;
  /** The country of an address, by the present database. */
  countryOf(ip: string): string | undefined;
}

export interface AppSignInJudgeDependencies {
  readonly store: IdentityStore;
  readonly privileges: Pick<Privileges, 'isPrivileged'>;
  readonly sealer: Sealer;
  readonly log: Pick<Log, 'warn'>;
  /** Absent if no mail server is configured. */
  readonly notices: Pick<Notices, 'newDevice'> | undefined;
}

/** Judges sign-ins, and simulates it. @throws {ConfigError} if a list cannot be read. */
export function openAppSignInJudge(
  settings: Pick<Settings, 'server' | 'signIn'>,
  { store, privileges, sealer, log, notices }: AppSignInJudgeDependencies,
): AppSignInJudge {
  const tell = (history: SignInHistory): SignInHistory =>
    notices === undefined
      ? history
      : tellingNewDevices(history, ({ subject, ip, language }) => {
          const id = parseSubject(subject);
          if (id !== undefined) notices.newDevice(id, ip, language);
        });
  const lists = openSignInLists(settings);
  const rule = { days: settings.signIn.adminPasskeyDays };
  const hasPasskeys = canHavePasskeys(settings.server.publicUrl);
  return {
    open: (ephemeral) =>
      openSignInJudge({
        store,
        history: tell(openSignInHistory(ephemeral, sealer)),
        isPrivileged: privileges.isPrivileged,
        lists: lists.current,
        rule,
        hasPasskeys,
        rpId: rpIdOf(settings.server.publicUrl, settings.signIn.passkeyRpId),
        warn: ({ arn }, until) =>
          log.warn('an administrator signs in without a passkey or security key', {
            arn,
            requiredFrom: new Date(until).toISOString(),
          }),
      }),
    countryOf: (ip) => (isIP(ip) === 0 ? undefined : lists.current().places?.find(ip).country),
    replacement: lists.replacement,
  };
}
