import { errorTable } from '../kernel/service-error.ts';

/** The error codes of CloudTrail that are used here. */
export const CLOUDTRAIL_ERRORS = errorTable({
  InvalidLookupAttributesException: { status: 400 },
  InvalidMaxResultsException: { status: 400, recorded: true },
  InvalidNextTokenException: { status: 400, recorded: true },
  InvalidTimeRangeException: { status: 400, recorded: true },
});
