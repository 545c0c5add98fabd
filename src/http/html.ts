/** Text that is HTML already and goes out as it is. Made only by {@link html}, so that nothing else slips past escaping. */
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

/** Escapes a text for element content and for quoted attribute values. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** What may stand in a template: texts are escaped; what is absent or false shows as nothing; lists are joined. */
export type HtmlValue = string | number | Html | undefined | false | readonly HtmlValue[];

function render(value: HtmlValue): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Markup) return value.markup;
  if (Array.isArray(value)) return value.map(render).join('');
  return escapeHtml(String(value));
}

/** A template of HTML. Attributes must stand in double quotes; every value put in is escaped unless it is {@link Html} itself. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let markup = strings[0] ?? '';
  values.forEach((value, i) => {
    markup += render(value) + (strings[i + 1] ?? '');
  });
  return new Markup(markup);
}

/** HTML as it was written by a library that escapes for itself (a form of oidc-provider). Never for anything a person typed. */
export function trustedHtml(markup: string): Html {
  return new Markup(markup);
}
