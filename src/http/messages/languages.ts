import { GERMAN } from './de/index.ts';
import { ENGLISH, type EnglishMessages } from './en/index.ts';
import { SPANISH } from './es/index.ts';
import { FRENCH } from './fr/index.ts';
import { JAPANESE } from './ja/index.ts';
import type { Translated } from './message-text.ts';

export type Messages = { readonly [Area in keyof EnglishMessages]: Translated<EnglishMessages[Area]> };

interface Language {
  /** As its speakers call it. */
  readonly name: string;
  readonly messages: Messages;
}

/** The language of people who ask for none, or for one that is not here. */
export const DEFAULT_LANGUAGE = 'en';

/**
 * The languages of the pages, by their tags (RFC 5646), in the order in which pages offer them. A new language is a folder of messages, and
 * a line here.
 */
export const LANGUAGES: ReadonlyMap<string, Language> = new Map([
  [DEFAULT_LANGUAGE, { name: 'English', messages: ENGLISH }],
  ['de', { name: 'Deutsch', messages: GERMAN }],
  ['fr', { name: 'Français', messages: FRENCH }],
  ['es', { name: 'Español', messages: SPANISH }],
  ['ja', { name: '日本語', messages: JAPANESE }],
]);

/** For `ui_locales_supported` in discovery. */
export const LANGUAGE_TAGS: readonly string[] = [...LANGUAGES.keys()];
