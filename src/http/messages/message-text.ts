/** A message in one language. A message about a number has a form for each plural category of the language (`Intl.PluralRules`). */
export type MessageText = string | PluralForms;

export type PluralForms = { readonly other: string } & { readonly [Form in Intl.LDMLPluralRule]?: string };

/** The same messages in another language: all of them, and no others. */
export type Translated<English> = {
  readonly [Key in keyof English]: English[Key] extends string ? string : PluralForms;
};
