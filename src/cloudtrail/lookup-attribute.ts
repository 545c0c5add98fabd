import type { LookupAttribute } from '@aws-sdk/client-cloudtrail';
import type { WantedEvents } from '../audit/query-audit.ts';
import type { AuditEvent } from '../kernel/audit-event.ts';
import { ServiceError } from '../kernel/service-error.ts';
import { CLOUDTRAIL_ERRORS } from './cloudtrail-errors.ts';
import { ownEventId } from './event-record/event-id.ts';
import { regionOf } from './event-record/event-region.ts';
import { resourcesOf } from './event-record/event-resources.ts';
import { eventSourceOf, ownSource } from './event-record/event-source.ts';
import { userNameOf } from './event-record/user-identity.ts';

type Filter = Pick<WantedEvents, 'mark'> & { readonly matches: (event: AuditEvent) => boolean };

const json = (value: string): string => JSON.stringify(value).slice(1, -1);

/** Values are compared exactly, as AWS does. The mark of each filter is in the JSON of every event that it matches. */
const FILTERS: Readonly<Record<string, (value: string) => Filter>> = {
  EventId: (value) => ({ mark: ownEventId(value), matches: ({ eventId }) => eventId === ownEventId(value) }),
  EventName: (value) => ({ mark: `"${json(value)}"`, matches: ({ eventName }) => eventName === value }),
  ReadOnly(value) {
    if (value !== 'true' && value !== 'false') throw invalid('The value of ReadOnly must be true or false.');
    return { mark: `"readOnly":${value}`, matches: ({ readOnly }) => String(readOnly) === value };
  },
  Username: (value) => ({
    mark: value === 'root' ? '' : json(value),
    matches: (event) => userNameOf(event.actor) === value,
  }),
  ResourceType: (value) => ({
    mark: '',
    matches: (event) => resourcesOf(event).some(({ ResourceType }) => ResourceType === value),
  }),
  ResourceName: (value) => ({
    mark: json(value),
    matches: (event) => resourcesOf(event).some(({ ResourceName }) => ResourceName === value),
  }),
  EventSource: (value) => ({
    mark: `"eventSource":"${json(ownSource(value))}"`,
    matches: ({ eventSource }) => eventSourceOf(eventSource) === value,
  }),
  AccessKeyId: (value) => ({ mark: json(value), matches: ({ actor }) => actor.accessKeyId === value }),
};

const LONGEST_VALUE = 2000;

/** The attribute of a request, if it has one: the first, as at AWS. @throws {ServiceError} InvalidLookupAttributesException. */
export function firstAttribute([attribute]: readonly LookupAttribute[] = []): LookupAttribute | undefined {
  const length = attribute?.AttributeValue?.length ?? 1;
  if (length < 1 || length > LONGEST_VALUE)
    throw invalid(`The value of an attribute must have between 1 and ${LONGEST_VALUE} characters.`);
  return attribute;
}

/**
 * The events of a region that have an attribute.
 * @throws {ServiceError} InvalidLookupAttributesException.
 */
export function wantedBy(attribute: LookupAttribute | undefined, region: string): WantedEvents {
  const inRegion = (event: AuditEvent): boolean => regionOf(event) === region;
  if (attribute === undefined) return { mark: '', isWanted: inRegion };
  const { AttributeKey = '', AttributeValue = '' } = attribute;
  const { mark, matches } = FILTERS[AttributeKey]?.(AttributeValue) ?? unknown(AttributeKey);
  return { mark, isWanted: (event) => inRegion(event) && matches(event) };
}

/** INVARIANT: the shapes let no other key in. */
function unknown(key: string): never {
  throw invalid(`There is no lookup attribute ${key}.`);
}

function invalid(message: string): ServiceError {
  return new ServiceError(CLOUDTRAIL_ERRORS.InvalidLookupAttributesException, message);
}
