/** Reads the forms of a page. Only for well-formed pages that need no script; this is not an HTML parser. */

export interface FormField {
  readonly name: string;
  readonly type: string;
  readonly value: string;
  readonly label: string | undefined;
  readonly isChecked: boolean;
}

export interface FormButton {
  readonly text: string;
  readonly name: string | undefined;
  readonly value: string;
  readonly formAction: string | undefined;
}

export interface Form {
  readonly action: string | undefined;
  readonly method: 'get' | 'post';
  readonly fields: readonly FormField[];
  readonly buttons: readonly FormButton[];
}

/** The forms of a page, in order. Buttons and fields that refer to their form by `form="id"` are not supported. */
export function readForms(html: string): readonly Form[] {
  const labels = new Map(
    [...html.matchAll(/<label\b([^>]*)>(.*?)<\/label>/gs)].map((match) => [
      attributes(match[1])['for'] ?? '',
      textOf(match[2] ?? ''),
    ]),
  );
  return [...html.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)].map(([, head, inside = '']) => {
    const form = attributes(head);
    return {
      action: form['action'],
      method: form['method']?.toLowerCase() === 'post' ? 'post' : 'get',
      fields: readFields(inside, labels),
      buttons: readButtons(inside),
    };
  });
}

function readFields(inside: string, labels: ReadonlyMap<string, string>): readonly FormField[] {
  return [...inside.matchAll(/<(?:input|textarea)\b([^>]*)>(?:([^<]*)<\/textarea>)?/g)].flatMap((match) => {
    const input = attributes(match[1]);
    const { name, type = 'text', id = '', value = unescapeHtml(match[2] ?? '') } = input;
    if (name === undefined || type === 'submit') return [];
    return [{ name, type, value, label: labels.get(id), isChecked: 'checked' in input }];
  });
}

function readButtons(inside: string): readonly FormButton[] {
  return [...inside.matchAll(/<button\b([^>]*)>(.*?)<\/button>/gs)].map((match) => {
    const button = attributes(match[1]);
    return {
      text: textOf(match[2] ?? ''),
      name: button['name'],
      value: button['value'] ?? '',
      formAction: button['formaction'],
    };
  });
}

function attributes(text = ''): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/([\w:-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g)].map((match) => [
      (match[1] ?? '').toLowerCase(),
      unescapeHtml(match[2] ?? match[3] ?? match[4] ?? ''),
    ]),
  );
}

/** The text of a piece of markup, with whitespace collapsed. */
export function textOf(markup: string): string {
  return unescapeHtml(markup.replace(/<\/?(strong|em|code)>/g, '').replace(/<[^>]*>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim();
}

function unescapeHtml(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replace(/&#(\d+);/g, (_all, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&#x([0-9a-f]+);/gi, (_all, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replaceAll('&amp;', '&');
}
