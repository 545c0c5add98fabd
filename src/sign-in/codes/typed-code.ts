import type { Form } from '../../http/read-form.ts';

/**
 * What people and programs put between the characters of a code: spaces of any width, hyphens and dashes, the long vowel mark that Japanese
 * keyboards have in the place of the hyphen, and invisible characters that are copied along.
 */
const SEPARATORS = /[\p{Z}\p{Pd}\p{Cf}\s\u2212\u30fc]/gu;

/**
 * The code of a form as it is compared: `123 456`, `123-456` and the full-width characters of an input method are `123456` (Unicode NFKC). For codes
 * of apps, of mails, and recovery codes.
 */
export function typedCode(form: Form, field: string): string {
  return (form.get(field) ?? '').normalize('NFKC').replace(SEPARATORS, '');
}

/** The `pattern` of a field for a code of digits: whatever {@link typedCode} reads, so that browsers do not refuse what the server takes. */
export const CODE_PATTERN = String.raw`[\p{Nd}\p{Z}\p{Pd}\p{Cf}\s\u2212\u30fc]+`;
