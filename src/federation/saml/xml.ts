import { DOMParser } from '@xmldom/xmldom';
import { SamlFault } from './fault.ts';
import { xmlExtent } from './xml-extent.ts';

const DEEPEST = 50;
/** More than fit into the largest message (100,000 characters of base64) if they have attributes and values. */
const MOST_IN_MESSAGE = 2500;
const MOST_IN_METADATA = 20_000;
/** On one element. SAML has elements with ten at most, besides namespaces. */
const MOST_ATTRIBUTES = 100;
/** Every element below a declaration costs a copy of all namespaces. */
const MOST_NAMESPACES = 500;
const NAMESPACE = /\sxmlns[:=]/g;
const DECLARATION = /^<\?xml(\s[^?<>]*)\?>/;
/** Characters that XML 1.0 §2.2 excludes. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to refuse
const FOREIGN_CHARACTERS = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/;

/**
 * Parses a protocol message. It may contain nothing but elements, attributes and text. Comments and processing
 * instructions would let the same signed bytes be read in two ways (VU#475445), and document types bring entities.
 * @throws {SamlFault} xml
 */
export function parseMessage(text: string): Element {
  const content = withoutDeclaration(text);
  const markup = /<[!?]/.exec(content);
  if (markup) {
    throw new SamlFault(
      'xml',
      'The message contains a comment, CDATA section, processing instruction or document type: send elements and text only',
    );
  }
  return parse(content, MOST_IN_MESSAGE);
}

/**
 * Parses metadata, which may have comments, but no document type or entities.
 * @throws {SamlFault} xml
 */
export function parseMetadata(text: string): Element {
  const content = withoutDeclaration(text);
  if (/<!(?:DOCTYPE|ENTITY)/i.test(content)) throw new SamlFault('xml', 'it contains a document type: remove it');
  return parse(content, MOST_IN_METADATA);
}

function withoutDeclaration(text: string): string {
  if (text.startsWith('\uFEFF')) throw new SamlFault('xml', 'it begins with a byte order mark: remove it');
  if (FOREIGN_CHARACTERS.test(text)) throw new SamlFault('xml', 'it contains characters that XML excludes');
  const [declaration, attributes = ''] = DECLARATION.exec(text) ?? [''];
  const [, encoding = 'UTF-8'] = /\bencoding\s*=\s*["']([^"']*)["']/.exec(attributes) ?? [];
  if (encoding.toUpperCase() !== 'UTF-8') throw new SamlFault('xml', 'its encoding is not UTF-8');
  return text.slice(declaration.length);
}

function parse(text: string, mostElements: number): Element {
  const { elements, deepest, isBalanced, mostAttributes } = xmlExtent(text);
  const refuse = (cause: unknown): never => {
    throw new SamlFault('xml', 'it is not well-formed XML', { cause });
  };
  if (deepest > DEEPEST) throw new SamlFault('xml', `its elements are nested more than ${DEEPEST} levels deep`);
  if (elements > mostElements) throw new SamlFault('xml', `it has more than ${mostElements} elements`);
  if (mostAttributes > MOST_ATTRIBUTES) {
    throw new SamlFault('xml', `it has an element with more than ${MOST_ATTRIBUTES} attributes`);
  }
  if ((text.match(NAMESPACE)?.length ?? 0) > Math.max(MOST_NAMESPACES, elements)) {
    throw new SamlFault('xml', `it has more than ${MOST_NAMESPACES} namespace declarations`);
  }
  // xmldom skips end tags that close nothing
  if (!isBalanced) refuse(undefined);
  const parser = new DOMParser({ errorHandler: { warning: refuse, error: refuse, fatalError: refuse } });
  let root: Element | null;
  try {
    root = parser.parseFromString(text, 'text/xml').documentElement;
  } catch (cause) {
    return cause instanceof SamlFault ? refuse(cause.cause) : refuse(cause);
  }
  return root ?? refuse(undefined);
}
