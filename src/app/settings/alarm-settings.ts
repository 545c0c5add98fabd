import * as z from 'zod';

const DAYS = 'must be a number of days from 0 to 3650';

/** What is worth an alarm (docs/operations.md). */
export const alarmSettingsShape = z.strictObject({
  accessKeyDays: z
    .int(DAYS)
    .min(0, DAYS)
    .max(3650, DAYS)
    .default(90)
    .describe(
      'From how many days of age on each use of an access key counts in `rolecall_old_access_key_uses_total`, and is logged once a day; 0 to 3650 ([operations.md](operations.md#alarms)). 0: never.',
    ),
});
