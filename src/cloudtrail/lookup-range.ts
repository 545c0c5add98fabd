import { ServiceError } from '../kernel/service-error.ts';
import { CLOUDTRAIL_ERRORS } from './cloudtrail-errors.ts';

const DAY_MS = 86_400_000;
/** How far back events can be looked up. */
const DAYS = 90;

interface Times {
  readonly StartTime?: Date | undefined;
  readonly EndTime?: Date | undefined;
}

/**
 * The range in ms since the epoch, with `until` outside of it. Both times count as whole seconds, as the times of events are shown, and both
 * seconds belong to the range.
 * @throws {ServiceError} InvalidTimeRangeException.
 */
export function lookupRange(
  { StartTime, EndTime }: Times,
  now: number,
): { readonly from: number; readonly until: number } {
  if (StartTime !== undefined && EndTime !== undefined && StartTime > EndTime)
    throw new ServiceError(CLOUDTRAIL_ERRORS.InvalidTimeRangeException, 'StartTime must not be after EndTime.');
  const second = (time: number) => Math.floor(time / 1000) * 1000;
  const oldest = now - DAYS * DAY_MS;
  return {
    from: Math.max(StartTime === undefined ? oldest : second(StartTime.getTime()), oldest),
    until: second(EndTime?.getTime() ?? now) + 1000,
  };
}
