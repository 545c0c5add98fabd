import * as z from 'zod';
import { type HtmlValue, Text } from '../../http/html.ts';
import { DEFAULT_LANGUAGE, LANGUAGE_TAGS } from '../../http/messages/languages.ts';

/** Neither control characters nor those that change the direction of text. */
export const words = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .regex(
      /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]*$/u,
      'must have no control characters',
    );

/** The words of an administrator: one text, or one for each language of the pages, by its tag. It is kept with a sign-in, as JSON. */
export type Label = string | { readonly [tag: string]: string };

/** A label in the configuration file. English is read by people whose language is missing. */
export const labelShape = (longest: number): z.ZodType<Label> =>
  z.union([
    words(longest),
    z
      .partialRecord(z.enum(LANGUAGE_TAGS as [string, ...string[]]), words(longest))
      .refine((texts) => texts[DEFAULT_LANGUAGE] !== undefined, `must have a text for ${DEFAULT_LANGUAGE}`),
  ]) as z.ZodType<Label>;

export function labelIn(label: Label, language: string): string {
  return typeof label === 'string' ? label : (label[language] ?? label[DEFAULT_LANGUAGE] ?? '');
}

/** A label on a page, in the language of the page. */
export function shownLabel(label: Label): HtmlValue {
  return typeof label === 'string' ? label : new Text((language) => labelIn(label, language));
}

/** The label of a member of an object, after the object's. */
export function innerLabel(outer: Label, inner: Label): Label {
  if (typeof outer === 'string' && typeof inner === 'string') return `${outer}: ${inner}`;
  return Object.fromEntries(LANGUAGE_TAGS.map((tag) => [tag, `${labelIn(outer, tag)}: ${labelIn(inner, tag)}`]));
}
