/** Trusted HTML, which is not escaped again. Made only by {@link html} and {@link trustedHtml}, so that nothing else bypasses escaping. */
export interface Html {
  readonly markup: string;
}

class Markup implements Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
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
export type HtmlValue = string | number | Html | undefined | false | readonly HtmlValue[];

function render(value: HtmlValue): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Markup) return value.markup;
  if (Array.isArray(value)) return value.map(render).join('');
  return escapeHtml(String(value));
}

/** An HTML template. Attribute values must be in double quotes; every interpolated value is escaped unless it is {@link Html}. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let markup = strings[0] ?? '';
  values.forEach((value, i) => {
    markup += render(value) + (strings[i + 1] ?? '');
  });
  return new Markup(markup);
}

/** Marks text as trusted HTML: our own constants, or output of a library that does its own escaping. Never for user input. */
export function trustedHtml(markup: string): Html {
  return new Markup(markup);
}
