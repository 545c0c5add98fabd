import { SamlFault } from './fault.ts';

/** Reading elements of the DOM. Elements are recognised by namespace and local name, never by prefix. */

const ELEMENT = 1;

/** The child elements. */
export function childElements(parent: Element): readonly Element[] {
  const found: Element[] = [];
  for (let child = parent.firstChild; child !== null; child = child.nextSibling) {
    if (child.nodeType === ELEMENT) found.push(child as Element);
  }
  return found;
}

export function isNamed(element: Element, namespace: string, name: string): boolean {
  return element.namespaceURI === namespace && element.localName === name;
}

/** The child elements of one name. */
export function childrenNamed(parent: Element, namespace: string, name: string): readonly Element[] {
  return childElements(parent).filter((child) => isNamed(child, namespace, name));
}

/** The only child element of one name; `undefined` if there is none. @throws {SamlFault} xml if there are several. */
export function onlyChild(parent: Element, namespace: string, name: string): Element | undefined {
  const [first, second] = childrenNamed(parent, namespace, name);
  if (second !== undefined) throw new SamlFault('xml', `${parent.localName} has more than one ${name}`);
  return first;
}

/** All elements below a root, itself included, in document order. */
export function* allElements(root: Element): Generator<Element> {
  yield root;
  for (const child of childElements(root)) yield* allElements(child);
}

/** An attribute without namespace; `undefined` if absent. */
export function attributeOf(element: Element, name: string): string | undefined {
  return element.hasAttribute(name) ? (element.getAttribute(name) ?? undefined) : undefined;
}

/**
 * The text of an element that holds a name, exactly as given: if spaces were removed, different names would count as one. Only line
 * breaks and the indentation beside them, which providers add when they print XML, are no part of it.
 */
export function exactTextOf(element: Element): string {
  requireTextAlone(element);
  return (element.textContent ?? '').replace(/^[ \t]*[\r\n][ \t\r\n]*|[ \t\r\n]*[\r\n][ \t]*$/g, '');
}

/** The text of an element that has nothing but text, without white space around it. @throws {SamlFault} xml if it has child elements. */
export function textOf(element: Element): string {
  requireTextAlone(element);
  return (element.textContent ?? '').replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
}

function requireTextAlone(element: Element): void {
  if (childElements(element).length > 0) {
    throw new SamlFault('xml', `${element.localName} contains elements where text is expected`);
  }
}
