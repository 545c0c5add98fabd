import * as z from 'zod';
import { templateProblem } from './templates.ts';

const CONTROLS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

const text = () => z.string('must be a text').min(1, 'must not be empty');

/** A text on one line. */
export const line = (longest: number) =>
  text()
    .max(longest, `must have at most ${longest} characters`)
    .refine((value) => !CONTROLS.test(value), 'must not have control characters');

/** A text with variables. */
export const template = () =>
  text().superRefine((value, context) => {
    const message = templateProblem(value);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });

const templates = () => z.array(template(), 'must be a list').max(20, 'must have at most 20 values');

/** The values of an attribute or a claim. */
export const mappingFields = {
  values: templates().default([]).describe(`The values: texts with variables, such as \`\${user:email}\`.`),
  forGroups: z
    .array(
      z.strictObject({
        group: line(128).describe('The name of the group.'),
        values: templates().min(1, 'must not be empty').describe('The values.'),
      }),
      'must be a list',
    )
    .max(100, 'must have at most 100 groups')
    .optional()
    .describe('Further values, which only the members of a group get.'),
};

/** What is wrong with values; `undefined` if nothing. */
export function mappingProblem(given: {
  readonly values: readonly string[];
  readonly forGroups?: readonly unknown[] | undefined;
}): string | undefined {
  const isEmpty = given.values.length === 0 && (given.forGroups ?? []).length === 0;
  return isEmpty ? 'must not be empty, unless a group has values' : undefined;
}
