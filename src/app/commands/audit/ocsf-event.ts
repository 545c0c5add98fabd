import { arnName } from '../../../cloudtrail/event-record/arn-name.ts';
import type { AuditEvent } from '../../../kernel/audit-event.ts';
import { productVersion } from '../../product-version.ts';

/** The version of the schema that events follow (https://schema.ocsf.io/1.3.0). */
const OCSF_VERSION = '1.3.0';

const AUTHENTICATION = {
  category_uid: 3,
  category_name: 'Identity & Access Management',
  class_uid: 3002,
  class_name: 'Authentication',
};
const API_ACTIVITY = {
  category_uid: 6,
  category_name: 'Application Activity',
  class_uid: 6003,
  class_name: 'API Activity',
};

const OTHER = 99;
/** Steps in which people prove who they are. Others of that ending are not: `DenyBackchannelSignIn` is an answer. */
const LOGONS: ReadonlySet<string> = new Set([
  'PasswordSignIn',
  'PasskeySignIn',
  'MfaSignIn',
  'ConnectorSignIn',
  'SamlSignOn',
  'ConsoleLogin',
]);
/** The activities of API Activity, by the first word of an operation. */
const API_ACTIVITIES: readonly (readonly [id: number, name: string, verbs: RegExp])[] = [
  [1, 'Create', /^(?:Create|Upload|Invite|Generate|Assume)/],
  [2, 'Read', /^(?:Get|List|Lookup|Simulate|Describe|Decode)/],
  [4, 'Delete', /^(?:Delete|Remove|Offboard|Revoke|Untag|Detach|Deactivate)/],
  [3, 'Update', /^(?:Update|Put|Set|Attach|Add|Tag|Enable|Disable|Change|Reset|Rename)/],
];

/** An event in the Open Cybersecurity Schema Framework: steps of sign-ins as Authentication, everything else as API Activity. */
export function ocsfEvent(event: AuditEvent): object {
  const isSignIn = event.eventSource === 'sign-in';
  const [activity_id, activity_name] = isSignIn ? signInActivity(event) : apiActivity(event);
  const schema = isSignIn ? AUTHENTICATION : API_ACTIVITY;
  return {
    ...schema,
    activity_id,
    activity_name,
    type_uid: schema.class_uid * 100 + activity_id,
    time: Date.parse(event.eventTime),
    ...severityOf(event),
    ...statusOf(event),
    metadata: {
      version: OCSF_VERSION,
      uid: event.eventId,
      event_code: event.eventName,
      correlation_uid: event.requestId,
      product: { name: 'Rolecall', vendor_name: 'Rolecall', version: productVersion() },
      ...(event.accountId !== undefined && { tenant_uid: event.accountId }),
    },
    actor: actorOf(event),
    src_endpoint: { ip: event.sourceIp },
    ...(event.userAgent !== undefined && { http_request: { user_agent: event.userAgent } }),
    ...(isSignIn ? authenticationOf(event) : apiOf(event)),
    unmapped: {
      outcome: event.outcome,
      authentication: event.authentication,
      ...(event.request !== undefined && { request: event.request }),
      ...(event.response !== undefined && { response: event.response }),
      ...(event.decision !== undefined && { decision: event.decision }),
      ...(event.people !== undefined && { people: event.people }),
    },
  };
}

type Activity = readonly [id: number, name: string];

function signInActivity({ eventName }: AuditEvent): Activity {
  if (LOGONS.has(eventName)) return [1, 'Logon'];
  return /SignOut$|^EndSession$|^ConsoleLogout$/.test(eventName) ? [2, 'Logoff'] : [OTHER, eventName];
}

function apiActivity({ eventName, readOnly }: AuditEvent): Activity {
  const [id, name] = API_ACTIVITIES.find(([, , verbs]) => verbs.test(eventName)) ?? [
    readOnly ? 2 : OTHER,
    readOnly ? 'Read' : eventName,
  ];
  return [id, name];
}

/** An alarm is high, what was denied or refused is low. */
function severityOf({ alarm, outcome }: AuditEvent): object {
  if (alarm !== undefined) return { severity_id: 4, severity: 'High' };
  return outcome === 'allowed' ? { severity_id: 1, severity: 'Informational' } : { severity_id: 2, severity: 'Low' };
}

function statusOf({ outcome, errorCode, errorMessage }: AuditEvent): object {
  return {
    status_id: outcome === 'allowed' ? 1 : 2,
    status: outcome === 'allowed' ? 'Success' : 'Failure',
    ...(errorCode !== undefined && { status_code: errorCode }),
    ...(errorMessage !== undefined && { status_detail: errorMessage }),
  };
}

function userOf({ actor }: AuditEvent): object {
  const { arn, principalId, accountId, accessKeyId, type, subject } = actor;
  const name = type === 'Account' ? 'root' : (arnName(arn) ?? subject);
  return {
    type,
    ...(name !== undefined && { name }),
    ...((arn ?? principalId) !== undefined && { uid: arn ?? principalId }),
    ...(principalId !== undefined && { uid_alt: principalId }),
    ...(accessKeyId !== undefined && { credential_uid: accessKeyId }),
    ...(accountId !== undefined && { account: { uid: accountId } }),
  };
}

function actorOf(event: AuditEvent): object {
  const { sessionIssuerArn, sessionName, identityProvider } = event.actor;
  return {
    user: userOf(event),
    ...(sessionIssuerArn !== undefined && {
      session: { issuer: sessionIssuerArn, uid: sessionName, is_mfa: event.authentication.mfa },
    }),
    ...(identityProvider !== undefined && { idp: { name: identityProvider } }),
  };
}

function authenticationOf(event: AuditEvent): object {
  return {
    user: userOf(event),
    is_mfa: event.authentication.mfa,
    auth_protocol_id: OTHER,
    auth_protocol: event.authentication.method,
    service: { name: 'Rolecall', ...(event.resources[0] !== undefined && { uid: event.resources[0] }) },
  };
}

function apiOf({ eventSource, eventName, requestId, errorCode, resources, region }: AuditEvent): object {
  return {
    api: {
      operation: eventName,
      service: { name: eventSource },
      request: { uid: requestId },
      ...(errorCode !== undefined && { response: { error: errorCode } }),
    },
    ...(resources.length > 0 && { resources: resources.map((uid) => ({ uid })) }),
    ...(region !== undefined && { cloud: { provider: 'Rolecall', region } }),
  };
}
