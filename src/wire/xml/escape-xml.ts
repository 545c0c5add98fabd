/** Characters that must be escaped in XML text, or are not allowed in XML at all (XML 1.0 §2.2). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to escape
const UNSAFE = /[&<>"'\r\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\ud800-\udfff]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above; with `u`, only lone surrogates are matched
const EACH_UNSAFE = /[&<>"'\r\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\ud800-\udfff]/gu;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  // XML parsers turn a literal carriage return into a line feed.
  '\r': '&#xD;',
};

/** Escapes text for an XML element or attribute. Characters that XML 1.0 does not allow become U+FFFD. */
export function escapeXml(text: string): string {
  return UNSAFE.test(text) ? text.replace(EACH_UNSAFE, (char) => ESCAPES[char] ?? '\ufffd') : text;
}
