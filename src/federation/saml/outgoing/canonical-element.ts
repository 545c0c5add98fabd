/** Writes XML in its exclusive canonical form (Exclusive XML Canonicalization 1.0), so that it can be signed without being parsed again. */

/** Characters that XML 1.0 §2.2 excludes, and halves of surrogate pairs. No escape can carry them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to leave out
const EXCLUDED = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Surrogate}/gu;

const TEXT_ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#xD;' };
const ATTRIBUTE_ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '"': '&quot;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
};

/** Text as the content of an element. Characters that XML excludes are left out. */
export function canonicalText(text: string): string {
  return text.replace(EXCLUDED, '').replace(/[&<>\r]/g, (character) => TEXT_ENTITIES[character] ?? character);
}

function canonicalValue(text: string): string {
  return text.replace(EXCLUDED, '').replace(/[&<"\t\n\r]/g, (character) => ATTRIBUTE_ENTITIES[character] ?? character);
}

export interface ElementParts {
  /** Namespaces to declare here, by prefix: those of this element that no element around it declares. */
  readonly namespaces?: Readonly<Record<string, string>>;
  /** Without a namespace. Those that are `undefined` are left out. */
  readonly attributes?: Readonly<Record<string, string | undefined>>;
}

/**
 * The start tag of an element. Attributes are sorted, as the canonical form demands; for names in ASCII and without a namespace, that is
 * their order in Unicode.
 */
export function startTag(name: string, { namespaces = {}, attributes = {} }: ElementParts = {}): string {
  const declared = Object.keys(namespaces)
    .sort()
    .map((prefix) => ` xmlns:${prefix}="${canonicalValue(namespaces[prefix] ?? '')}"`);
  const given = Object.keys(attributes)
    .sort()
    .flatMap((each) => {
      const value = attributes[each];
      return value === undefined ? [] : [` ${each}="${canonicalValue(value)}"`];
    });
  return `<${name}${declared.join('')}${given.join('')}>`;
}

/** An element around content that is canonical already. It is never empty-element markup. */
export function canonicalElement(name: string, parts: ElementParts, content: string): string {
  return `${startTag(name, parts)}${content}</${name}>`;
}
