import { type HtmlValue, Text } from '../html.ts';
import { ENGLISH, type EnglishMessages } from './en/index.ts';
import { LANGUAGES } from './languages.ts';
import type { MessageText } from './message-text.ts';

type Area = keyof EnglishMessages;

/** The name of a message: its area and its key, such as `signIn.title`. */
export type MessageName = { [A in Area]: `${A}.${keyof EnglishMessages[A] & string}` }[Area];

type English<Name extends MessageName> = Name extends `${infer A extends Area}.${infer K}`
  ? K extends keyof EnglishMessages[A]
    ? EnglishMessages[A][K]
    : never
  : never;

type Placeholders<T> = T extends `${string}{${infer Name}}${infer Rest}` ? Name | Placeholders<Rest> : never;
type PlaceholdersOf<T> = T extends string ? Placeholders<T> : Placeholders<T[keyof T]> | 'count';

/** The values of a message's placeholders. `count` chooses the plural form. */
export type MessageValues<Name extends MessageName> = {
  readonly [P in PlaceholdersOf<English<Name>>]: P extends 'count' ? number : HtmlValue;
};

type Arguments<Name extends MessageName> = [PlaceholdersOf<English<Name>>] extends [never]
  ? []
  : [values: MessageValues<Name>];

/**
 * A message for people, in the language of the page that shows it. Values are escaped unless they are Html; a value may itself be a
 * message. Emphasis belongs in a value (`{app}`: `html\`<strong>…</strong>\``), because word order differs between languages.
 */
export function say<Name extends MessageName>(name: Name, ...[values]: Arguments<Name>): Text {
  return new Text((language) => filled(messageIn(language, name), { ...values }, language));
}

/** The text of a message before its values are put in. */
export function messageIn(language: string, name: string): MessageText {
  const [area = '', key = ''] = name.split('.');
  const { messages } = LANGUAGES.get(language) ?? { messages: ENGLISH };
  const found = (messages as Readonly<Record<string, Readonly<Record<string, MessageText>>>>)[area]?.[key];
  if (found === undefined) throw new TypeError(`there is no message ${name}`);
  return found;
}

/** Puts values into the placeholders of a message. */
export function filled(
  message: MessageText,
  values: Readonly<Record<string, HtmlValue>>,
  language: string,
): readonly HtmlValue[] {
  const template = typeof message === 'string' ? message : message[formFor(language, values['count'])];
  const text = template ?? (message as { readonly other: string }).other;
  // Every second part is the name of a placeholder.
  return text.split(/\{(\w+)\}/).map((part, index) => (index % 2 === 0 ? part : values[part]));
}

function formFor(language: string, count: HtmlValue): Intl.LDMLPluralRule {
  return new Intl.PluralRules(language).select(Number(count));
}
