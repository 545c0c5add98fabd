import { type HtmlValue, Text } from '../html.ts';
import { ENGLISH } from './en/index.ts';
import type { MessageText } from './message-text.ts';
import { filled, messageIn } from './say.ts';

interface Known {
  readonly name: string;
  readonly pattern: RegExp;
  readonly placeholders: readonly string[];
}

/**
 * A sentence from below the pages, such as the message of a refusal, in the language of the page. Programs and logs get the same sentence in
 * English, so the code that refuses writes English; the other languages stand among the messages, in the area `refusals`. A sentence
 * that is not there stays English.
 */
export function sentence(english: string): Text {
  return new Text((language) => translated(english, language));
}

function translated(english: string, language: string): HtmlValue {
  for (const { name, pattern, placeholders } of KNOWN) {
    const found = pattern.exec(english);
    if (found === null) continue;
    const values = Object.fromEntries(placeholders.map((placeholder, index) => [placeholder, found[index + 1]]));
    return filled(messageIn(language, name), values, language);
  }
  return english;
}

const KNOWN: readonly Known[] = Object.entries<MessageText>(ENGLISH.refusals).map(([key, message]) => {
  const parts = (typeof message === 'string' ? message : message.other).split(/\{(\w+)\}/);
  const source = parts.map((part, i) => (i % 2 === 0 ? part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') : '(.+?)')).join('');
  return {
    name: `refusals.${key}`,
    pattern: new RegExp(`^${source}$`, 's'),
    placeholders: parts.filter((_, i) => i % 2 === 1),
  };
});
