import type { Activity } from '../../identity/activity/activity.ts';
import { ACTIVITY_KINDS } from '../../identity/activity/activity-kinds.ts';
import { shape, type ValueOf } from '../shapes/shape.ts';

const { boolean, enumeration, integer, optional, required, structure, text, timestamp } = shape;

const named = (kind: string): string => kind.toUpperCase().replaceAll('-', '_');

export const ACTIVITY = structure(
  'Activity',
  {
    EventId: required(text('ActivityEventId'), 'The id of the audit event. Of folded failures, that of the latest.'),
    Kind: required(
      enumeration('ActivityKind', ACTIVITY_KINDS.map(named), {
        documentation: 'What happened. Later versions may add kinds.',
      }),
      'What happened.',
    ),
    Time: required(timestamp('ActivityTime'), 'When it happened. Of folded failures, the latest.'),
    By: required(
      enumeration('ActivityBy', ['SELF', 'ADMINISTRATOR', 'SERVER'], {
        documentation:
          'Who did it: the user, or a stranger in the user’s name; another identity of the account; or the server, by its operator or by a rule such as an end date.',
      }),
      'Who did it.',
    ),
    SourceIp: optional(text('ActivitySourceIp'), 'The address that it came from. Absent unless `By` is `SELF`.'),
    Country: optional(
      text('ActivityCountry'),
      'The country of the address (ISO 3166-1 alpha-2), by the configured database (`signIn.geoDatabase`) as it is now. Absent if unknown.',
    ),
    UserAgent: optional(
      text('ActivityUserAgent'),
      'The browser or program. Absent if unknown, or unless `By` is `SELF`.',
    ),
    ApplicationId: optional(text('ActivityApplicationId'), 'The application that it was for.'),
    RoleArn: optional(text('ActivityRoleArn'), 'The role that was opened.'),
    ConnectorName: optional(text('ActivityConnectorName'), 'The connector of the outside login.'),
    Factor: optional(text('ActivityFactor'), 'The name of the factor.'),
    AccessKeyId: optional(text('ActivityAccessKeyId'), 'The access key. Absent when it was created.'),
    FailureCount: optional(
      integer('ActivityFailureCount'),
      'Of failed sign-ins: how many there were between the activities before and after. They are one item.',
    ),
    FailuresSince: optional(timestamp('ActivityFailuresSince'), 'Of failed sign-ins: when the first of them was.'),
    HasMoreFailures: optional(
      boolean('ActivityHasMoreFailures'),
      'Of failed sign-ins: whether there were more than `FailureCount`.',
    ),
  },
  { documentation: 'Something that happened to the account of a person.' },
);

export type CountryOf = (ip: string) => string | undefined;

export function shownActivity(activity: Activity, countryOf: CountryOf): ValueOf<typeof ACTIVITY> {
  const { eventId, kind, at, by, sourceIp, failures } = activity;
  return {
    EventId: eventId,
    Kind: named(kind),
    Time: new Date(at),
    By: BY[by],
    SourceIp: sourceIp,
    Country: sourceIp === undefined ? undefined : countryOf(sourceIp),
    UserAgent: activity.userAgent,
    ApplicationId: activity.appId,
    RoleArn: activity.roleArn,
    ConnectorName: activity.connector,
    Factor: activity.factor,
    AccessKeyId: activity.accessKeyId,
    FailureCount: failures?.count,
    FailuresSince: failures && new Date(failures.since),
    HasMoreFailures: failures?.isMore,
  };
}

const BY = { self: 'SELF', administrator: 'ADMINISTRATOR', server: 'SERVER' } as const;
