import { LookupEvents$, type LookupEventsRequest, type LookupEventsResponse } from '@aws-sdk/client-cloudtrail';
import { InvalidCursorError, type QueryAudit } from '../audit/query-audit.ts';
import { GLOBAL_REGION } from '../kernel/audit-event.ts';
import { ServiceError } from '../kernel/service-error.ts';
import { actionOf } from '../operations/action-of.ts';
import type { Decoded } from '../operations/decoded.ts';
import { type SignedOperation, signedOperation } from '../operations/operation.ts';
import { CLOUDTRAIL_ERRORS } from './cloudtrail-errors.ts';
import { shownEvent } from './event-record/shown-event.ts';
import { firstAttribute, wantedBy } from './lookup-attribute.ts';
import { lookupRange } from './lookup-range.ts';

export interface LookupDependencies {
  readonly queryAudit: QueryAudit;
}

const MOST = 50;
/** How many events a call looks at. If few of them are wanted, its page is short or empty, with a token to go on. */
const MOST_READ = 20_000;
/** How much of the record a page shows, in characters: events may have long parameters, and answers contain them twice or more. */
const MOST_TEXT = 512 * 1024;

/**
 * Returns events of the caller's account, newest first, from the audit record. As in AWS, a region has the calls of STS that were signed for
 * it, and `us-east-1` has everything else.
 */
export function lookupEventsOperation({
  queryAudit,
}: LookupDependencies): SignedOperation<Decoded<LookupEventsRequest>, LookupEventsResponse, undefined> {
  return signedOperation({
    schema: LookupEvents$,
    readOnly: true,
    auditedInput: new Set(['LookupAttributes', 'AttributeKey', 'AttributeValue', 'StartTime', 'EndTime', 'MaxResults']),
    errors: Object.values(CLOUDTRAIL_ERRORS),
    authorize: (_input, { caller }) => ({
      targets: [{ action: actionOf(LookupEvents$), resource: '*', resourceAccountId: caller.accountId }],
      subject: undefined,
    }),
    async handle(input, { caller: { accountId }, source, now }) {
      const { NextToken, MaxResults = MOST, EventCategory } = input;
      if (MaxResults < 1 || MaxResults > MOST)
        throw new ServiceError(
          CLOUDTRAIL_ERRORS.InvalidMaxResultsException,
          `MaxResults must be between 1 and ${MOST}.`,
        );
      const region = source.region ?? GLOBAL_REGION;
      const wanted = wantedBy(firstAttribute(input.LookupAttributes), region);
      const range = lookupRange(input, now);
      // There are no Insights events.
      if (EventCategory !== undefined) return { Events: [] };
      const after = NextToken === undefined ? {} : { after: NextToken };
      const page = await queryAudit({
        accountId,
        ...range,
        wanted,
        limit: MaxResults,
        mostRead: MOST_READ,
        mostText: MOST_TEXT,
        ...after,
      }).catch(refuseToken);
      return { Events: page.items.map(shownEvent), ...(page.next !== undefined && { NextToken: page.next }) };
    },
  });
}

function refuseToken(cause: unknown): never {
  if (!(cause instanceof InvalidCursorError)) throw cause;
  throw new ServiceError(CLOUDTRAIL_ERRORS.InvalidNextTokenException, 'The NextToken is not one of this list.', {
    cause,
  });
}
