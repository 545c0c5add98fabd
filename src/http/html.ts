/** Trusted HTML, which is not escaped again. Made only by {@link html} and {@link trustedHtml}, so that nothing else bypasses escaping. */
export interface Html {
  /** In English. */
  readonly markup: string;
  /** @param language a language tag, such as `de`. */
  in(language: string): string;
}

class Markup implements Html {
  readonly in: (language: string) => string;

  constructor(write: (language: string) => string) {
    this.in = write;
  }

  get markup(): string {
    return this.in('en');
  }
}

/** A text that is chosen by the language of the page. What it consists of is escaped like any other value of a template. */
export class Text {
  readonly in: (language: string) => HtmlValue;

  /** @param choose gives the text in a language, by its tag. */
  constructor(choose: (language: string) => HtmlValue) {
    this.in = choose;
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Escapes text for element content and for quoted attribute values. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** A value in a template. Text is escaped, `undefined` and `false` render as nothing, and lists are joined. */
export type HtmlValue = string | number | Html | Text | undefined | false | readonly HtmlValue[];

function render(value: HtmlValue, language: string): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Markup) return value.in(language);
  if (value instanceof Text) return render(value.in(language), language);
  if (Array.isArray(value)) return value.map((each: HtmlValue) => render(each, language)).join('');
  return escapeHtml(String(value));
}

/**
 * An HTML template. Attribute values must be in double quotes; every interpolated value is escaped unless it is {@link Html}. A
 * {@link Text} stays without a language until the page is rendered, so pages need not know who reads them.
 */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Markup((language) => {
    let markup = strings[0] ?? '';
    values.forEach((value, i) => {
      markup += render(value, language) + (strings[i + 1] ?? '');
    });
    return markup;
  });
}

/** Marks text as trusted HTML: our own constants, or output of a library that does its own escaping. Never for user input. */
export function trustedHtml(markup: string): Html {
  return new Markup(() => markup);
}
