import { escapeXml } from '../../xml/escape-xml.ts';
import type { WireError } from '../protocol.ts';

/** The part of an error that appears in the body. */
type ErrorAnswer = Omit<WireError, 'status'>;

/** Renders an error as services of the AWS Query protocol do. @param namespace The XML namespace of the service. */
export function encodeErrorXml(answer: ErrorAnswer, namespace: string): string {
  const { code, message, fault, authorizationMessage, requestId } = answer;
  const encoded =
    authorizationMessage === undefined
      ? ''
      : `<EncodedAuthorizationMessage>${escapeXml(authorizationMessage)}</EncodedAuthorizationMessage>`;
  return `<ErrorResponse xmlns="${escapeXml(namespace)}"><Error><Type>${fault}</Type><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message>${encoded}</Error><RequestId>${escapeXml(requestId)}</RequestId></ErrorResponse>`;
}

/** Renders an error for clients that ask for JSON. */
export function encodeErrorJson(answer: ErrorAnswer): string {
  const { code, message, fault, authorizationMessage, requestId } = answer;
  const encoded = authorizationMessage === undefined ? {} : { EncodedAuthorizationMessage: authorizationMessage };
  return JSON.stringify({ Error: { Code: code, Message: message, ...encoded, Type: fault }, RequestId: requestId });
}
