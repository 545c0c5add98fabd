import type { HtmlValue, Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import type { Activity } from '../../identity/activity/activity.ts';
import type { ActivityKind } from '../../identity/activity/activity-kinds.ts';

/** An activity with the name of its app, if it has one. */
export interface NamedActivity extends Activity {
  readonly appName: string | undefined;
}

type Words = (activity: NamedActivity) => Text;

const UNKNOWN = '?';
const app = ({ appName = UNKNOWN }: NamedActivity) => ({ app: appName });
const connector = ({ connector = UNKNOWN }: NamedActivity) => ({ connector });
const factor = ({ factor = UNKNOWN }: NamedActivity) => ({ factor });
const key = ({ accessKeyId = UNKNOWN }: NamedActivity) => ({ key: accessKeyId });

/** The sentence of each kind. */
const WORDS: Readonly<Record<ActivityKind, Words>> = {
  'password-accepted': () => say('activity.passwordAccepted'),
  'factor-accepted': () => say('activity.factorAccepted'),
  'passkey-accepted': () => say('activity.passkeyAccepted'),
  'connector-sign-in': (each) => say('activity.connectorSignIn', connector(each)),
  'sign-in-failed': ({ failures }) =>
    failures?.isMore === true
      ? say('activity.manyFailed', { count: failures.count })
      : say('activity.signInFailed', { count: failures?.count ?? 1 }),
  'policy-refused': () => say('activity.policyRefused'),
  'signed-out': () => say('activity.signedOut'),
  'session-ended': () => say('activity.sessionEnded'),
  'sessions-ended': () => say('activity.sessionsEnded'),
  'app-opened': (each) => say('activity.appOpened', app(each)),
  'device-allowed': (each) => say('activity.deviceAllowed', app(each)),
  'request-allowed': (each) => say('activity.requestAllowed', app(each)),
  'role-opened': ({ roleArn = UNKNOWN }) =>
    say('activity.roleOpened', { role: roleArn.slice(roleArn.lastIndexOf('/') + 1) }),
  'app-access-granted': (each) => say('activity.appAccessGranted', app(each)),
  'app-access-revoked': (each) => say('activity.appAccessRevoked', app(each)),
  'app-assigned': (each) => say('activity.appAssigned', app(each)),
  'app-unassigned': (each) => say('activity.appUnassigned', app(each)),
  'password-changed': () => say('activity.passwordChanged'),
  'password-set': () => say('activity.passwordSet'),
  'password-reset': () => say('activity.passwordReset'),
  'password-removed': () => say('activity.passwordRemoved'),
  'recovery-begun': () => say('activity.recoveryBegun'),
  'password-recovered': () => say('activity.passwordRecovered'),
  'factor-added': (each) => say('activity.factorAdded', factor(each)),
  'factor-removed': (each) => say('activity.factorRemoved', factor(each)),
  'factors-reset': () => say('activity.factorsReset'),
  'recovery-codes-created': () => say('activity.recoveryCodesCreated'),
  'recovery-code-used': () => say('activity.recoveryCodeUsed'),
  'login-linked': (each) => say('activity.loginLinked', connector(each)),
  'login-unlinked': (each) => say('activity.loginUnlinked', connector(each)),
  'access-key-created': () => say('activity.accessKeyCreated'),
  'access-key-changed': (each) => say('activity.accessKeyChanged', key(each)),
  'access-key-deleted': (each) => say('activity.accessKeyDeleted', key(each)),
  'invitation-accepted': () => say('activity.invitationAccepted'),
  'not-me-reported': () => say('activity.notMeReported'),
  disabled: () => say('activity.disabled'),
  enabled: () => say('activity.enabled'),
  offboarded: () => say('activity.offboarded'),
  'end-date-set': () => say('activity.endDateSet'),
};

/** What happened, in a few words. */
export const whatHappened = (activity: NamedActivity): Text => WORDS[activity.kind](activity);

/** Kinds whose sentence does not name the app that they were for. */
const FOR_APPS: ReadonlySet<ActivityKind> = new Set([
  'password-accepted',
  'factor-accepted',
  'passkey-accepted',
  'connector-sign-in',
]);

/** For which app it was, if the sentence does not say so. */
export function forApp({ kind, appName }: NamedActivity): HtmlValue {
  return appName !== undefined && FOR_APPS.has(kind) && say('activity.forApp', { app: appName });
}
