import { CIBA_KEYS } from './ciba-keys.ts';
import { declareKey } from './ephemeral-key.ts';
import { FEDERATION_KEYS } from './federation-keys.ts';
import { MAILED_CODE_KEYS } from './mailed-code-keys.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const AUDIT = 'audit/audit-retention';
const ATTEMPTS = 'identity/attempts';
const HISTORY = 'identity/sign-in-policy/sign-in-history';
const RECOVERY = 'identity/recovery';
const RECORDS = 'oidc/storage/adapter';

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
  alarmMail: declareKey('value', 'alarm/<account>/<event>', {
    lifetime: 60 * MINUTE,
    owner: 'identity/notices',
    meaning: 'the owner of an account was told by mail of an alarm',
  }),
  credentialRound: declareKey('value', 'credential-round/<account>/<time>', {
    lifetime: 6 * 60 * MINUTE,
    owner: 'app/users/credential-rounds',
    meaning: 'the credential policy of that time was applied to an account, and how many credentials break it',
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
  lastLanguage: declareKey('value', 'sign-in/last-language/<person>', {
    lifetime: 90 * DAY,
    owner: HISTORY,
    meaning: 'the language in which the person last signed in, for mails',
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
  recoveryLink: declareKey('value', 'recovery/<token>', {
    lifetime: 60 * MINUTE,
    owner: RECOVERY,
    meaning: 'the person who may choose a new password by a mailed link, and since which login',
  }),
  recoveryProof: declareKey('value', 'recovery-proof/<proof>', {
    lifetime: 10 * MINUTE,
    owner: RECOVERY,
    meaning: 'the link for which a person has shown a second factor',
  }),
  recoveryTries: declareKey('counter', 'recovery-tries/<token>', {
    lifetime: 60 * MINUTE,
    owner: RECOVERY,
    meaning: 'how many new passwords were tried by one link',
  }),
  recoveryMails: declareKey('counter', 'recovery-mails/<person>', {
    lifetime: 60 * MINUTE,
    owner: RECOVERY,
    meaning: 'how many recovery mails a person was sent',
  }),
  recoveriesOfNetwork: declareKey('counter', 'recovery-network/<network>', {
    lifetime: 60 * MINUTE,
    owner: RECOVERY,
    meaning: 'how many recoveries were begun from one network',
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
  serviceLinkedRoleDeletion: declareKey('value', 'service-linked-role-deletion/<account>/<task>', {
    lifetime: 30 * DAY,
    owner: 'identity/service-linked-roles/delete-service-linked-role',
    meaning: 'the service-linked role that an account deleted by this task',
  }),
  accessReport: declareKey('value', 'access-report/<job>', {
    lifetime: DAY,
    owner: 'identity/reports/access-report/access-reports',
    meaning: 'a report of services last accessed',
  }),
  organizationReport: declareKey('value', 'organization-report/<job>', {
    lifetime: DAY,
    owner: 'identity/reports/access-report/organization-reports',
    meaning: 'a report of services last accessed in an organization',
  }),
  runningOrganizationReports: declareKey('counter', 'running-organization-reports/<account>', {
    lifetime: 15 * MINUTE,
    owner: 'identity/reports/access-report/organization-reports',
    meaning: 'how many reports on its organization an account has in progress',
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
  usedCallerIdentity: declareKey('value', 'oidc/used-caller-identity/<signature>', {
    lifetime: 2 * MINUTE,
    owner: 'oidc/token-exchange',
    meaning: 'this signed GetCallerIdentity was exchanged for a token already',
  }),
  userCodeFailures: declareKey('counter', 'oidc/user-code-failures/<from>', {
    lifetime: 10 * MINUTE,
    owner: 'oidc/device/code-attempts',
    meaning: 'wrong codes of devices that one person, or one network, or everybody together has entered',
  }),
  registrationsOfNetwork: declareKey('counter', 'oidc/registrations/<network>', {
    lifetime: 60 * MINUTE,
    owner: 'oidc/registration/open-registration-limit',
    meaning: 'apps that registered themselves from one network, without a token of an administrator',
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
  accountsCreated: declareKey('counter', 'accounts-created/<account>', {
    lifetime: DAY,
    owner: 'identity/organizations',
    meaning: 'how many accounts a management account has asked for',
  }),
  ...FEDERATION_KEYS,
  ...MAILED_CODE_KEYS,
  ...CIBA_KEYS,
} as const;
