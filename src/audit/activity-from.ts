import type { Activity } from '../identity/activity/activity.ts';
import { type ActivityKind, activityKind } from '../identity/activity/activity-kinds.ts';
import type { AuditEvent } from '../kernel/audit-event.ts';

/** What an event is to a person. @throws {TypeError} if it is not for their activity, which the caller has checked. */
export function activityFrom(event: AuditEvent, personId: string): Activity {
  const kind = activityKind(event);
  if (kind === undefined) throw new TypeError(`an event ${event.eventName} is no activity`);
  const by = actorTo(event, personId);
  const { eventId, eventTime, sourceIp, userAgent } = event;
  return {
    eventId,
    kind,
    at: Date.parse(eventTime),
    by,
    ...(by === 'self' && { sourceIp, ...(userAgent !== undefined && { userAgent }) }),
    ...detailsOf(event, kind),
  };
}

function actorTo({ eventSource, actor }: AuditEvent, personId: string): Activity['by'] {
  if (eventSource === 'sign-in' || actor.principalId === personId) return 'self';
  return actor.type === 'Service' ? 'server' : 'administrator';
}

type Details = Pick<Activity, 'appId' | 'roleArn' | 'connector' | 'factor' | 'accessKeyId'>;

/** Only values that the person knows or may know. Whatever else the event holds stays in the audit record. */
function detailsOf({ eventSource, resources, request = {} }: AuditEvent, kind: ActivityKind): Details {
  const isSignIn = eventSource === 'sign-in';
  return {
    ...named('appId', isSignIn ? resources[0] : request['ApplicationId']),
    ...named('roleArn', kind === 'role-opened' ? resources[0] : undefined),
    ...named('connector', request['connector'] ?? request['ConnectorName']),
    ...named('factor', request['label'] ?? nameIn(request['serialNumber'] ?? request['SerialNumber'])),
    ...named('accessKeyId', request['AccessKeyId']),
  };
}

function named<Name extends keyof Details>(name: Name, value: unknown): Partial<Record<Name, string>> {
  return typeof value === 'string' && value !== '' ? ({ [name]: value } as Partial<Record<Name, string>>) : {};
}

/** The last part of a serial number, which is an ARN. */
function nameIn(serialNumber: unknown): unknown {
  return typeof serialNumber === 'string' ? serialNumber.slice(serialNumber.lastIndexOf('/') + 1) : undefined;
}
