import type { Event } from '@aws-sdk/client-cloudtrail';
import type { AuditEvent } from '../../kernel/audit-event.ts';
import { errorCodeOf } from './error-code.ts';
import { shownEventId } from './event-id.ts';
import { regionOf } from './event-region.ts';
import { resourcesOf } from './event-resources.ts';
import { eventSourceOf } from './event-source.ts';
import { lowerFirst } from './lower-first.ts';
import { userIdentityOf, userNameOf } from './user-identity.ts';

/** The version of the format of records that these follow. */
const EVENT_VERSION = '1.11';

/** An event as `LookupEvents` lists it: the facts by which it is looked up, and the whole record as JSON. */
export function shownEvent(event: AuditEvent): Event {
  const { eventId, eventName, eventTime, eventSource, readOnly, actor } = event;
  return {
    EventId: shownEventId(eventId),
    EventName: eventName,
    ReadOnly: String(readOnly),
    AccessKeyId: actor.accessKeyId,
    EventTime: wholeSecond(eventTime),
    EventSource: eventSourceOf(eventSource),
    Username: userNameOf(actor),
    Resources: [...resourcesOf(event)],
    CloudTrailEvent: JSON.stringify(recordOf(event)),
  };
}

/** An event as CloudTrail's records show it. */
export function recordOf(event: AuditEvent): object {
  const { eventId, eventTime, eventSource, eventName, sourceIp, userAgent, errorMessage, requestId, readOnly } = event;
  const { request, response } = event;
  return {
    eventVersion: EVENT_VERSION,
    userIdentity: userIdentityOf(event),
    eventTime: wholeSecond(eventTime).toISOString().replace('.000Z', 'Z'),
    eventSource: eventSourceOf(eventSource),
    eventName,
    awsRegion: regionOf(event),
    sourceIPAddress: sourceIp,
    userAgent,
    errorCode: errorCodeOf(event),
    errorMessage,
    requestParameters: request === undefined || Object.keys(request).length === 0 ? null : lowerFirst(request),
    responseElements: response === undefined ? null : lowerFirst(response),
    additionalEventData: additionalData(event),
    requestID: requestId,
    eventID: shownEventId(eventId),
    readOnly,
    eventType: eventTypeOf(eventSource),
    managementEvent: true,
    recipientAccountId: event.accountId,
    eventCategory: 'Management',
  };
}

function wholeSecond(time: string): Date {
  return new Date(Math.floor(Date.parse(time) / 1000) * 1000);
}

function eventTypeOf(source: string): string {
  if (source === 'sign-in') return 'AwsConsoleSignIn';
  return ['iam', 'sts', 'cloudtrail', 'rolecall'].includes(source) ? 'AwsApiCall' : 'AwsServiceEvent';
}

/** What the audit record knows beyond a record of CloudTrail: how the caller proved who they are, and what decided. */
function additionalData({
  eventSource,
  authentication: { method, mfa },
  outcome,
  decision,
  alarm,
}: AuditEvent): object {
  return {
    ...(eventSource === 'sign-in' && { MFAUsed: mfa ? 'Yes' : 'No' }),
    authenticationMethod: method,
    outcome,
    ...(decision !== undefined && { decision }),
    ...(alarm !== undefined && { alarm }),
  };
}
