import type { KeyObject } from 'node:crypto';
import type { ArrivedMessage } from '../../connectors/logout-connector.ts';
import { decodeMessage } from '../decode-message.ts';
import { onlyChild } from '../elements.ts';
import { SamlFault } from '../fault.ts';
import { XMLDSIG } from '../namespaces.ts';
import { type MessageParameter, readRedirect, requireSignedQuery } from '../redirect-binding.ts';
import { verifySignature } from '../verify-signature.ts';
import { parseMessage } from '../xml.ts';

/** A message as it came by a binding. */
export interface OpenedMessage {
  readonly parameter: MessageParameter;
  readonly relayState: string | undefined;
  /** Whether there is a signature, in the place where its binding has it. */
  readonly isSigned: () => boolean;
  /** The message as anyone could have written it: only good for finding out who claims to have sent it. @throws {SamlFault} */
  readonly unverified: () => Element;
  /** The message, parsed from what one of these keys has signed. @throws {SamlFault} signature */
  readonly verified: (keys: readonly KeyObject[]) => Element;
}

/**
 * Opens a message. Where its signature must be follows from the binding by which it really came (SAML V2.0 Bindings §3.4.4.1, §3.5.4).
 * @throws {SamlFault} encoding, signature
 */
export function openMessage(arrived: ArrivedMessage): OpenedMessage {
  return arrived.binding === 'redirect' ? openRedirect(arrived.rawQuery) : openPost(arrived.fields);
}

function openRedirect(rawQuery: string): OpenedMessage {
  const message = readRedirect(rawQuery);
  const { parameter, relayState, signature, xml } = message;
  return {
    parameter,
    relayState,
    isSigned: () => signature !== undefined,
    unverified: () => parseMessage(xml),
    verified(keys) {
      requireSignedQuery(message, keys);
      return parseMessage(xml);
    },
  };
}

function openPost(fields: Readonly<Record<string, string>>): OpenedMessage {
  const { SAMLRequest: request, SAMLResponse: response, RelayState: relayState } = fields;
  if ((request === undefined) === (response === undefined)) {
    throw new SamlFault('encoding', 'the form must have one SAMLRequest or SAMLResponse');
  }
  const parameter: MessageParameter = request === undefined ? 'SAMLResponse' : 'SAMLRequest';
  const parsed = (): Element => parseMessage(decodeMessage(request ?? response ?? '', parameter));
  const signatureOf = (root: Element) => onlyChild(root, XMLDSIG, 'Signature');
  return {
    parameter,
    relayState,
    isSigned: () => signatureOf(parsed()) !== undefined,
    unverified: parsed,
    verified(keys) {
      const root = parsed();
      const signature = signatureOf(root);
      if (signature === undefined) throw new SamlFault('signature', 'the message is not signed');
      return parseMessage(verifySignature(root, signature, keys));
    },
  };
}
