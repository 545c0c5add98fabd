import type { AuditEvent } from '../../kernel/audit-event.ts';

/** What a person reads about in their activity. A closed list: events of other kinds are never shown. */
export const ACTIVITY_KINDS = [
  'password-accepted',
  'factor-accepted',
  'passkey-accepted',
  'connector-sign-in',
  'sign-in-failed',
  'policy-refused',
  'signed-out',
  'session-ended',
  'sessions-ended',
  'app-opened',
  'device-allowed',
  'request-allowed',
  'role-opened',
  'app-access-granted',
  'app-access-revoked',
  'app-assigned',
  'app-unassigned',
  'password-changed',
  'password-set',
  'password-reset',
  'password-removed',
  'recovery-begun',
  'password-recovered',
  'factor-added',
  'factor-removed',
  'factors-reset',
  'recovery-codes-created',
  'recovery-code-used',
  'login-linked',
  'login-unlinked',
  'access-key-created',
  'access-key-changed',
  'access-key-deleted',
  'invitation-accepted',
  'not-me-reported',
  'disabled',
  'enabled',
  'offboarded',
  'end-date-set',
] as const;
export type ActivityKind = (typeof ACTIVITY_KINDS)[number];

/** How an event becomes an activity of people. */
export interface ActivityRule {
  /** If it was allowed. */
  readonly kind?: ActivityKind;
  /** If it was refused. Only proofs of identity: other refusals changed nothing. */
  readonly refused?: ActivityKind;
  /**
   * Whose it is. `actor`: of the person who did it. `people`: of the people that the event names, because another caller may have done it;
   * an event of an earlier version names none.
   */
  readonly of: 'actor' | 'people';
  /** Whether only signed-in browsers count. */
  readonly bySession?: boolean;
  /** Of tokens, the grants that begin an app's access. Renewing it is not news. */
  readonly grants?: ReadonlySet<string>;
}

const by = (kind: ActivityKind): ActivityRule => ({ kind, of: 'actor' });
const about = (kind: ActivityKind): ActivityRule => ({ kind, of: 'people' });
/** A proof of identity. */
const proof = (kind: ActivityKind): ActivityRule => ({ kind, refused: 'sign-in-failed', of: 'actor' });

const BEGINNING_GRANTS = new Set([
  'authorization_code',
  'urn:ietf:params:oauth:grant-type:device_code',
  'urn:openid:params:grant-type:ciba',
]);

type Rules = Readonly<Record<string, ActivityRule>>;

const SIGN_IN: Rules = {
  PasswordSignIn: proof('password-accepted'),
  MfaSignIn: proof('factor-accepted'),
  PasskeySignIn: proof('passkey-accepted'),
  ConnectorSignIn: proof('connector-sign-in'),
  ChangePassword: by('password-changed'),
  RecoverPassword: by('password-recovered'),
  UseRecoveryCode: by('recovery-code-used'),
  SignInPolicy: { refused: 'policy-refused', of: 'actor' },
  SignOut: by('signed-out'),
  EndSession: by('session-ended'),
  IssueTokens: { kind: 'app-opened', of: 'actor', grants: BEGINNING_GRANTS },
  SamlSignOn: by('app-opened'),
  AllowDevice: by('device-allowed'),
  AllowBackchannelSignIn: by('request-allowed'),
  Consent: by('app-access-granted'),
  RevokeConsent: by('app-access-revoked'),
  BeginRecovery: by('recovery-begun'),
  EnableMFADevice: by('factor-added'),
  DeactivateMFADevice: by('factor-removed'),
  CreateRecoveryCodes: by('recovery-codes-created'),
  LinkLogin: by('login-linked'),
  UnlinkLogin: by('login-unlinked'),
  AcceptInvitation: by('invitation-accepted'),
  ReportNotMe: by('not-me-reported'),
};

const IAM: Rules = {
  ChangePassword: about('password-changed'),
  CreateLoginProfile: about('password-set'),
  UpdateLoginProfile: about('password-reset'),
  DeleteLoginProfile: about('password-removed'),
  EnableMFADevice: about('factor-added'),
  DeactivateMFADevice: about('factor-removed'),
  CreateAccessKey: about('access-key-created'),
  UpdateAccessKey: about('access-key-changed'),
  DeleteAccessKey: about('access-key-deleted'),
};

const ROLECALL: Rules = {
  DisableUser: about('disabled'),
  EnableUser: about('enabled'),
  OffboardUser: about('offboarded'),
  SetUserEndDate: about('end-date-set'),
  EndUser: about('disabled'),
  DeactivateAccessKey: about('access-key-changed'),
  DeactivatePassword: about('password-removed'),
  EndUserSessions: about('sessions-ended'),
  CreateLink: about('login-linked'),
  DeleteLink: about('login-unlinked'),
  AssignApplication: about('app-assigned'),
  UnassignApplication: about('app-unassigned'),
};

const COMMAND_LINE: Rules = {
  ResetPassword: about('password-reset'),
  ResetMfa: about('factors-reset'),
  EndSessions: about('sessions-ended'),
  EnableUser: about('enabled'),
};

/** By the source and the name of an event. */
const RULES: ReadonlyMap<string, ReadonlyMap<string, ActivityRule>> = new Map(
  Object.entries({
    'sign-in': SIGN_IN,
    iam: IAM,
    sts: { AssumeRole: { kind: 'role-opened', of: 'actor', bySession: true } } satisfies Rules,
    rolecall: ROLECALL,
    'command-line': COMMAND_LINE,
  }).map(([source, rules]) => [source, new Map(Object.entries<ActivityRule>(rules))]),
);

/** The rule for events of this name; `undefined` for the many that concern nobody's account. Hot path: two look-ups. */
export function activityRule(source: string, name: string): ActivityRule | undefined {
  return RULES.get(source)?.get(name);
}

/** What an event is to people; `undefined` if it is not for their activity. */
export function activityKind(event: AuditEvent): ActivityKind | undefined {
  const rule = activityRule(event.eventSource, event.eventName);
  if (rule === undefined) return undefined;
  if (rule.bySession === true && event.authentication.method !== 'session') return undefined;
  if (rule.grants !== undefined && !rule.grants.has(String(event.request?.['grantType']))) return undefined;
  if (event.outcome === 'allowed') return rule.kind;
  return event.outcome === 'refused' ? rule.refused : undefined;
}

const NOBODY: readonly string[] = [];

/** The ids of the people in whose activity an event is: of users, and for a root user that of the account. */
export function peopleOf(event: AuditEvent): readonly string[] {
  const rule = activityRule(event.eventSource, event.eventName);
  if (rule === undefined || activityKind(event) === undefined) return NOBODY;
  if (rule.of === 'people') return event.people ?? NOBODY;
  const { type, principalId, assumedRoot } = event.actor;
  const isPerson = (type === 'User' || type === 'Account') && assumedRoot !== true;
  return isPerson && principalId !== undefined ? [principalId] : NOBODY;
}
