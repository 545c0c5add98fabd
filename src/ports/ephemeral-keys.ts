import { declareKey } from './ephemeral-key.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const AUDIT = 'audit/audit-retention';
const ATTEMPTS = 'identity/attempts';
const HISTORY = 'identity/sign-in-policy/sign-in-history';
const RECORDS = 'oidc/storage/adapter';
const CONNECTORS = 'sign-in/connectors/connector-attempts';

/**
 * Every kind of entry in the ephemeral store. All code that uses the store builds its keys from this table, and docs/redis.md shows it
 * (`npx tsx scripts/make-configuration.ts --write`). Names, devices and ids that give access appear in keys only as hashes.
 */
export const EPHEMERAL_KEYS = {
  auditTrim: declareKey('value', 'audit/trim', {
    lifetime: MINUTE / 2,
    owner: AUDIT,
    meaning: 'one process is trimming the audit record; the others need not',
  }),
  auditNearlyFull: declareKey('value', 'audit/warned', {
    lifetime: DAY,
    owner: AUDIT,
    meaning: 'the warning that the audit record is nearly full was logged',
  }),
  auditUnknownSize: declareKey('value', 'audit/warned-size', {
    lifetime: DAY,
    owner: AUDIT,
    meaning: 'the warning that the size of the audit record is unknown was logged',
  }),
  failuresFromAddress: declareKey('counter', 'sign-in/person-address/<name>/<address>', {
    lifetime: 15 * MINUTE,
    owner: ATTEMPTS,
    meaning: 'failed sign-ins under one name from one address',
  }),
  failuresFromNetwork: declareKey('counter', 'sign-in/person-network/<name>/<network>', {
    lifetime: DAY,
    owner: ATTEMPTS,
    meaning: 'failed sign-ins under one name from one network',
  }),
  failuresFromUnknown: declareKey('counter', 'sign-in/person/<name>', {
    lifetime: DAY,
    owner: ATTEMPTS,
    meaning: 'failed sign-ins under one name from unknown devices and addresses',
  }),
  failuresTogether: declareKey('counter', 'sign-in/together/<group>', {
    lifetime: DAY,
    owner: ATTEMPTS,
    meaning: 'failures of names that one caller could create at will',
  }),
  failuresOfNetwork: declareKey('counter', 'sign-in/address/<network>', {
    lifetime: 10 * MINUTE,
    owner: ATTEMPTS,
    meaning: 'failed sign-ins from one network, whatever the names',
  }),
  failuresFromDevice: declareKey('counter', 'sign-in/person-device/<person>/<device>', {
    lifetime: 15 * MINUTE,
    owner: ATTEMPTS,
    meaning: 'failed sign-ins of a person from one known device',
  }),
  dailyFailuresFromDevice: declareKey('counter', 'sign-in/person-device-day/<person>/<device>', {
    lifetime: DAY,
    owner: ATTEMPTS,
    meaning: 'the same, for a day: a device with too many is no longer trusted',
  }),
  knownDevice: declareKey('value', 'sign-in/known-device/<person>/<device>', {
    lifetime: 90 * DAY,
    owner: ATTEMPTS,
    meaning: 'the person has signed in with this device',
  }),
  knownAddress: declareKey('value', 'sign-in/known-address/<person>/<address>', {
    lifetime: 90 * DAY,
    owner: ATTEMPTS,
    meaning: 'the person has signed in from this address',
  }),
  usedDevice: declareKey('value', 'sign-in/used-device/<person>/<device>', {
    lifetime: 90 * DAY,
    owner: HISTORY,
    meaning: 'the person has completed a sign-in in this browser, for `signin:NewDevice`',
  }),
  usedNetwork: declareKey('value', 'sign-in/used-network/<person>/<network>', {
    lifetime: 90 * DAY,
    owner: HISTORY,
    meaning: 'the person has completed a sign-in from this network, for `signin:NewNetwork`',
  }),
  lastPlace: declareKey('value', 'sign-in/last-place/<person>', {
    lifetime: 30 * DAY,
    owner: HISTORY,
    meaning: 'the place and time of the last sign-in of a person, sealed; only with a database of places',
  }),
  noticeLink: declareKey('value', 'notice-link/<token>', {
    lifetime: 3 * DAY,
    owner: 'identity/notices',
    meaning: 'what the link "this wasn’t me" of a mailed notice stands for; removed when it is used',
  }),
  codePairAttempts: declareKey('counter', 'mfa-attempts/<caller>/<window>/<device>', {
    lifetime: '5 minutes and 1 day',
    owner: 'identity/factors/limit-attempts',
    meaning: 'pairs of codes that a caller has tried on a device, to enable or synchronise it',
  }),
  factorEnrolment: declareKey('value', 'mfa-enrolment/<session>', {
    lifetime: 10 * MINUTE,
    owner: 'identity/factors/own-totp',
    meaning: 'the sealed seed of an authenticator app that a signed-in person is adding on the account page',
  }),
  usedPasskeyChallenge: declareKey('value', 'passkey-challenge/<challenge>', {
    lifetime: 20 * MINUTE,
    owner: 'identity/passkeys/challenges',
    meaning: 'a passkey or security key has answered this challenge',
  }),
  credentialReport: declareKey('value', 'credential-report/<account>', {
    lifetime: 4 * 60 * MINUTE,
    owner: 'identity/reports/credential-report/credential-reports',
    meaning: 'the credential report of an account',
  }),
  credentialReportWriter: declareKey('value', 'credential-report-writer/<account>', {
    lifetime: MINUTE,
    owner: 'identity/reports/credential-report/credential-reports',
    meaning: 'the process that is writing the credential report of an account',
  }),
  credentialReportMade: declareKey('value', 'credential-report-made/<account>', {
    lifetime: 90 * DAY,
    owner: 'identity/reports/credential-report/credential-reports',
    meaning: 'an account had a credential report, which may have expired',
  }),
  samlAssertion: declareKey('value', 'saml-assertion/<assertion>', {
    lifetime: 'as long as the assertion is accepted',
    owner: 'federation/saml/saml-logins',
    meaning: 'this SAML assertion has been used',
  }),
  pendingSignIn: declareKey('value', 'oidc/pending-sign-in/<interaction>', {
    lifetime: 10 * MINUTE,
    owner: 'sign-in/pending-sign-in',
    meaning: 'the person and the remaining steps of a sign-in after the password',
  }),
  heldPassword: declareKey('value', 'oidc/held-sign-in/<interaction>', {
    lifetime: 10 * MINUTE,
    owner: 'sign-in/pending-sign-in',
    meaning: 'the result of a password that is revealed only after a code',
  }),
  signInAnswer: declareKey('value', 'oidc/sign-in-answer/<sign-in>', {
    lifetime: 10 * MINUTE,
    owner: 'sign-in/sign-in-answers',
    meaning: 'the first answer to a sign-in',
  }),
  endedInteraction: declareKey('value', 'oidc/ended-interaction/<interaction>', {
    lifetime: 10 * MINUTE,
    owner: 'oidc/storage/ended-interactions',
    meaning: 'the app of an interaction that has ended',
  }),
  postedRequest: declareKey('value', 'oidc/posted/<request>', {
    lifetime: 10 * MINUTE,
    owner: 'oidc/features/posted-requests',
    meaning: 'the sealed parameters of a request that an app posted',
  }),
  userCode: declareKey('value', 'oidc/user-code/<code>', {
    lifetime: 'that of the device code',
    owner: 'oidc/storage/user-codes',
    meaning: 'the sealed device code that a person enters this code for',
  }),
  devicePoll: declareKey('value', 'oidc/device-poll/<device code>', {
    lifetime: 15 * MINUTE,
    owner: 'oidc/device/polls',
    meaning: 'when a device last asked whether its sign-in was allowed',
  }),
  userCodeFailures: declareKey('counter', 'oidc/user-code-failures/<from>', {
    lifetime: 10 * MINUTE,
    owner: 'oidc/device/code-attempts',
    meaning: 'wrong codes of devices that one person, or one network, or everybody together has entered',
  }),
  hashedRecord: declareKey('value', 'oidc/hashed/<Model>/<id>', {
    lifetime: 'that of the record',
    owner: RECORDS,
    meaning: 'a session, interaction, code, token or pushed request, sealed with its id',
  }),
  openRecord: declareKey('value', 'oidc/<Model>/<id>', {
    lifetime: 'that of the record',
    owner: RECORDS,
    meaning: 'a grant, or the mark of a used assertion or proof; other records of earlier versions',
  }),
  recordsOfGrant: declareKey('set', 'oidc/of-grant/<Model>/<grant>', {
    lifetime: 'the longest of its members',
    owner: RECORDS,
    meaning: 'the codes or tokens of a grant',
  }),
  recordsOfPerson: declareKey('set', 'oidc/of-person/<Model>/<person>', {
    lifetime: 'the longest of its members',
    owner: RECORDS,
    meaning: 'the grants or sessions of a person',
  }),
  sessionOfUid: declareKey('value', 'oidc/session-uid/<uid>', {
    lifetime: 'that of the session',
    owner: RECORDS,
    meaning: 'the hashed id of the session with this uid',
  }),
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
    meaning: 'the sealed refresh token of an outside provider for one login, and when the provider was last asked',
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
