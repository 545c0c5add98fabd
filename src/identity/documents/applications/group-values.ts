import * as z from 'zod';

/** Templates whose values only the members of a group get. The group is named, as `${user:groups}` names it. */
export const groupValuesShape = z.object({ group: z.string(), values: z.array(z.string()) });
export type GroupValues = z.infer<typeof groupValuesShape>;
