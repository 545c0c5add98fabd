import type { AuditActor, AuditEvent } from '../../kernel/audit-event.ts';
import { arnName } from './arn-name.ts';

type Json = Readonly<Record<string, unknown>>;

/** Who called, as CloudTrail's `userIdentity` says it. */
export function userIdentityOf(event: AuditEvent): Json {
  const { delegateAccountId } = event.actor;
  const identity = callerOf(event);
  return delegateAccountId === undefined
    ? identity
    : { ...identity, invokedByDelegate: { accountId: delegateAccountId } };
}

function callerOf({ actor, authentication: { mfa } }: AuditEvent): Json {
  const { type, arn, accountId, principalId, accessKeyId } = actor;
  const ids = { principalId, arn, accountId, accessKeyId };
  const attributes = { mfaAuthenticated: String(mfa) };
  switch (type) {
    case 'Account':
      return { type: 'Root', ...ids, ...sessionContext(actor, attributes) };
    case 'User':
      return { type: 'IAMUser', ...ids, userName: arnName(arn), ...sessionContext(actor, attributes) };
    case 'AssumedRole':
    case 'FederatedUser':
      return { type, ...ids, sessionContext: { sessionIssuer: issuerOf(actor), attributes, ...originOf(actor) } };
    case 'WebIdentity':
    case 'SAML': {
      const { identityProvider, subject } = actor;
      return { type: `${type}User`, principalId, userName: subject ?? principalId, identityProvider };
    }
    case 'Service':
      return { type: 'AWSService', invokedBy: principalId ?? 'rolecall' };
    default:
      return { type: 'Unknown', ...ids, userName: userNameOf(actor) };
  }
}

/** A user or root user with temporary credentials, or signed in to a page. */
function sessionContext(actor: AuditActor, attributes: Json): Json {
  const isSession = actor.accessKeyId === undefined || actor.accessKeyId.startsWith('ASIA');
  return isSession ? { sessionContext: { attributes, ...originOf(actor) } } : {};
}

function issuerOf({ type, sessionIssuerArn, accountId, principalId }: AuditActor): Json {
  return {
    type: type === 'AssumedRole' ? 'Role' : 'IAMUser',
    // The id of a session is that of its role and its name.
    ...(type === 'AssumedRole' && { principalId: principalId?.split(':', 1)[0] }),
    arn: sessionIssuerArn,
    accountId,
    userName: arnName(sessionIssuerArn),
  };
}

function originOf({ sourceIdentity, identityProvider, assumedRoot }: AuditActor): Json {
  return {
    ...(assumedRoot === true && { assumedRoot: 'true' }),
    ...(sourceIdentity !== undefined && { sourceIdentity }),
    ...(identityProvider !== undefined && { webIdFederationData: { federatedProvider: identityProvider } }),
  };
}

/** The name by which events are looked up: of a session, that of the session. */
export function userNameOf({ type, arn, sessionName, subject, principalId }: AuditActor): string | undefined {
  if (type === 'Account') return 'root';
  if (type === 'User') return arnName(arn);
  return sessionName ?? subject ?? (type === 'Anonymous' || type === 'Service' ? undefined : principalId);
}
