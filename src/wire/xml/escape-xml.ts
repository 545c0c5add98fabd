/** What must not stand as it is in XML text, or could not stand there at all (XML 1.0 §2.2). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSAFE = /[&<>"'\r\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\ud800-\udfff]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above; with `u`, only lone surrogates are matched
const EACH_UNSAFE = /[&<>"'\r\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\ud800-\udfff]/gu;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  // parsers make a line feed of a bare carriage return
  '\r': '&#xD;',
};

/** Escapes a text for an XML element or attribute. What XML 1.0 has no place for becomes U+FFFD. */
export function escapeXml(text: string): string {
  return UNSAFE.test(text) ? text.replace(EACH_UNSAFE, (char) => ESCAPES[char] ?? '\ufffd') : text;
}
