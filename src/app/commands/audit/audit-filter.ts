import type { WantedEvents } from '../../../audit/query-audit.ts';
import { arnName } from '../../../cloudtrail/event-record/arn-name.ts';
import { userNameOf } from '../../../cloudtrail/event-record/user-identity.ts';
import type { AuditEvent } from '../../../kernel/audit-event.ts';

/** Values that events must have. What is absent does not matter. */
export interface AuditFilter {
  readonly eventName?: string | undefined;
  readonly eventSource?: string | undefined;
  /** The name, ARN or unique id of who acted; of a session, also its name, and its role or user. */
  readonly actor?: string | undefined;
  readonly accessKeyId?: string | undefined;
  /** The ARN, or the name at its end. */
  readonly resource?: string | undefined;
  readonly sourceIp?: string | undefined;
  readonly outcome?: string | undefined;
}

/** The values of an event that each filter compares with. */
const VALUES: Readonly<Record<keyof AuditFilter, (event: AuditEvent) => readonly (string | undefined)[]>> = {
  eventName: ({ eventName }) => [eventName],
  eventSource: ({ eventSource }) => [eventSource],
  actor: ({ actor }) => [
    ...[actor.arn, actor.principalId, actor.sessionName, actor.sessionIssuerArn, actor.subject],
    ...[arnName(actor.arn), arnName(actor.sessionIssuerArn), userNameOf(actor)],
    // The id of a role session is that of its role and its name.
    actor.principalId?.split(':', 1)[0],
  ],
  accessKeyId: ({ actor, response }) => [actor.accessKeyId, issuedKey(response)],
  resource: ({ resources }) => [...resources, ...resources.map(arnName)],
  sourceIp: ({ sourceIp }) => [sourceIp],
  outcome: ({ outcome }) => [outcome],
};

/** The access key that a call issued, so that the search for one finds where it came from. */
function issuedKey(response: AuditEvent['response']): string | undefined {
  const { Credentials, AccessKey } = (response ?? {}) as Record<string, { AccessKeyId?: string } | undefined>;
  return (Credentials ?? AccessKey)?.AccessKeyId;
}

/** `undefined` if the filter lets everything through. */
export function wantedEvents(filter: AuditFilter): WantedEvents | undefined {
  const given = (Object.keys(VALUES) as (keyof AuditFilter)[]).flatMap((name) => {
    const value = filter[name];
    return value === undefined ? [] : [{ value, valuesOf: VALUES[name] }];
  });
  if (given.length === 0) return undefined;
  // The longest is the rarest.
  const [longest = ''] = given
    .map(({ value }) => JSON.stringify(value).slice(1, -1))
    .sort((a, b) => b.length - a.length);
  return {
    mark: longest,
    isWanted: (event) => given.every(({ value, valuesOf }) => valuesOf(event).includes(value)),
  };
}
