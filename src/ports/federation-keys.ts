import { declareKey } from './ephemeral-key.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const CONNECTORS = 'sign-in/connectors/connector-attempts';

/** The part of `ephemeral-keys.ts` about other systems: outside providers, directories, SAML applications and console federation. */
export const FEDERATION_KEYS = {
  connectorAttempt: declareKey('value', 'sign-in/connector/<state>', {
    lifetime: 10 * MINUTE,
    owner: CONNECTORS,
    meaning: 'a browser is at an outside provider, and what its answer is checked against',
  }),
  connectorAttempts: declareKey('counter', 'sign-in/connector-attempts/<sign-in>', {
    lifetime: 30 * MINUTE,
    owner: CONNECTORS,
    meaning: 'how often one sign-in has gone to outside providers',
  }),
  connectorSuccess: declareKey('value', 'connectors/last-sign-in/<connector>', {
    lifetime: 400 * DAY,
    owner: 'identity/connectors/connector-outcomes',
    meaning: 'the last sign-in through this connector, to the minute',
  }),
  connectorFailure: declareKey('value', 'connectors/last-failure/<connector>', {
    lifetime: 400 * DAY,
    owner: 'identity/connectors/connector-outcomes',
    meaning:
      'the last sign-in through this connector that was refused: when, by which check, and the reference of the audit event',
  }),
  directorySyncLease: declareKey('value', 'directory-sync/lease/<connector>', {
    lifetime: MINUTE,
    owner: 'federation/directory-sync/sync-lease',
    meaning: 'a process is syncing this directory; it renews the entry until it is done',
  }),
  directorySyncState: declareKey('value', 'directory-sync/state/<connector>', {
    lifetime: 90 * DAY,
    owner: 'federation/directory-sync/report-store',
    meaning:
      'when the last sync of this directory began, how many people it found, and from which change on the next one asks',
  }),
  directorySyncReport: declareKey('value', 'directory-sync/report/<connector>', {
    lifetime: 90 * DAY,
    owner: 'federation/directory-sync/report-store',
    meaning: 'how the last sync of this directory went',
  }),
  heldAnswer: declareKey('value', 'sign-in/held-answer/<state>', {
    lifetime: MINUTE,
    owner: 'sign-in/connectors/held-answers',
    meaning: 'the sealed answer of an outside provider that a browser posted, until the browser comes with its cookies',
  }),
  logoutMessage: declareKey('value', 'links/logout-message/<message>', {
    lifetime: 65 * MINUTE,
    owner: 'sign-in/connectors/backchannel-routes',
    meaning: 'this message of an outside provider about a sign-out was received',
  }),
  providerSession: declareKey('value', 'sign-in/provider-session/<login>', {
    lifetime: DAY,
    owner: 'sign-in/connectors/provider-sessions',
    meaning:
      'a session at an outside provider, sealed (the name of the session, or an ID token), which ends when the person signs out here; longer if sessions last longer',
  }),
  providerSignOut: declareKey('value', 'sign-in/provider-sign-out/<state>', {
    lifetime: 10 * MINUTE,
    owner: 'sign-in/connectors/connector-sign-out',
    meaning: 'where a browser continues that signs out at an outside provider',
  }),
  upstreamRefresh: declareKey('value', 'links/upstream-refresh/<login>', {
    lifetime: 15 * DAY,
    owner: 'federation/rechecks/kept-refresh-tokens',
    meaning:
      'the sealed refresh token of an outside provider for one login (of a directory: the subject), and when the provider was last asked',
  }),
  upstreamRecheck: declareKey('value', 'links/upstream-recheck/<link>', {
    lifetime: 30_000,
    owner: 'federation/rechecks/open-rechecks',
    meaning: 'an outside provider is being asked about this link, or could not be asked a moment ago',
  }),
  samlRequest: declareKey('value', 'saml/request/<request>', {
    lifetime: 30 * MINUTE,
    owner: 'bridge/stores/pending-sign-ons',
    meaning: 'a browser is signing in for a SAML application, and what the answer depends on',
  }),
  samlSession: declareKey('value', 'saml/session/<session>', {
    lifetime: DAY,
    owner: 'bridge/stores/session-apps',
    meaning: 'the sealed names of the SAML applications of a session, for its sign-out; longer if sessions last longer',
  }),
  samlNameSessions: declareKey('set', 'saml/sessions-of/<name>', {
    lifetime: DAY,
    owner: 'bridge/stores/session-apps',
    meaning: 'the sessions in which a SAML application knows a person by this name; longer if sessions last longer',
  }),
  samlLogout: declareKey('value', 'saml/logout/<sign-out>', {
    lifetime: 10 * MINUTE,
    owner: 'bridge/stores/logout-chains',
    meaning: 'a browser is signing out at SAML applications, one after the other, and which are left',
  }),
  samlLogoutRequest: declareKey('value', 'saml/logout-request/<request>', {
    lifetime: 10 * MINUTE,
    owner: 'bridge/logout/receive-logout',
    meaning: 'this logout request of a SAML application has been used',
  }),
  upstreamSession: declareKey('set', 'links/upstream-session/<session>', {
    lifetime: 15 * DAY,
    owner: 'identity/links/upstream-logins',
    meaning: 'the links whose logins came from one session at an outside provider',
  }),
  consoleSignIn: declareKey('value', 'console/sign-in/<token>', {
    lifetime: 15 * MINUTE,
    owner: 'sign-in/console-federation/sign-in-tokens',
    meaning:
      'the sealed role session that a sign-in token of console federation stands for; removed when the token is used',
  }),
  consoleSession: declareKey('value', 'console/session/<session>', {
    lifetime: 'up to 36 hours, as long as the session',
    owner: 'sign-in/console-federation/console-sessions',
    meaning: 'the sealed role session of a browser that was signed in by console federation',
  }),
  upstreamSubject: declareKey('set', 'links/upstream-subject/<person>', {
    lifetime: 15 * DAY,
    owner: 'identity/links/upstream-logins',
    meaning: 'the links of a person whom an outside provider calls so when it signs them out',
  }),
} as const;
