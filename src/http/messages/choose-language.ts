import { DEFAULT_LANGUAGE, LANGUAGES } from './languages.ts';

export interface LanguageWishes {
  /** The person's own choice, made on a page. */
  readonly chosen?: string | undefined;
  /** What the app asks for: `ui_locales`, in order of preference, separated by spaces (OpenID Connect Core 1.0 §3.1.2.1). */
  readonly uiLocales?: unknown;
  /** The browser's `Accept-Language`. */
  readonly accepted?: string | undefined;
}

/** In characters. Longer wishes are cut off: nobody reads that many languages. */
const MAX_WISHES = 400;

/** The language of a page: the first wish that can be met. Whatever is not a language here is ignored. */
export function chooseLanguage({ chosen, uiLocales, accepted }: LanguageWishes): string {
  const asked = typeof uiLocales === 'string' ? uiLocales.slice(0, MAX_WISHES).split(' ') : [];
  for (const tag of [chosen ?? '', ...asked, ...acceptedTags(accepted)]) {
    const language = tag === '*' ? DEFAULT_LANGUAGE : languageFor(tag);
    if (language !== undefined) return language;
  }
  return DEFAULT_LANGUAGE;
}

/** The language for a tag: `de` for `de-AT`, too (RFC 4647 §3.4). */
function languageFor(tag: string): string | undefined {
  const [primary = ''] = tag.toLowerCase().split('-');
  return LANGUAGES.has(primary) ? primary : undefined;
}

/** The tags of an `Accept-Language` header, best first (RFC 9110 §12.5.4). Those that are not acceptable (`q=0`) are left out. */
function acceptedTags(header = ''): readonly string[] {
  return header
    .slice(0, MAX_WISHES)
    .split(',')
    .map((range) => {
      const [tag = '', ...parameters] = range.split(';').map((part) => part.trim());
      const weight = parameters.find((parameter) => /^q=/i.test(parameter))?.slice(2) ?? '1';
      return { tag, weight: /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(weight) ? Number(weight) : 0 };
    })
    .filter(({ weight }) => weight > 0)
    .sort((one, other) => other.weight - one.weight)
    .map(({ tag }) => tag);
}
