import { escapeXml } from '../xml/escape-xml.ts';

/** An error to be returned to the caller. */
export interface ErrorAnswer {
  readonly code: string;
  readonly message: string;
  readonly fault: 'Sender' | 'Receiver';
  readonly requestId: string;
  /** Sent in an element next to the message; clients that do not know the element ignore it. */
  readonly authorizationMessage?: string | undefined;
  /** The XML namespace of the service. */
  readonly namespace: string;
}

/** Renders an error as services of the AWS Query protocol do. */
export function encodeErrorXml(answer: ErrorAnswer): string {
  const { code, message, fault, authorizationMessage, requestId, namespace } = answer;
  const encoded =
    authorizationMessage === undefined
      ? ''
      : `<EncodedAuthorizationMessage>${escapeXml(authorizationMessage)}</EncodedAuthorizationMessage>`;
  return `<ErrorResponse xmlns="${escapeXml(namespace)}"><Error><Type>${fault}</Type><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message>${encoded}</Error><RequestId>${escapeXml(requestId)}</RequestId></ErrorResponse>`;
}

/** Renders an error for clients that ask for JSON. */
export function encodeErrorJson(answer: Omit<ErrorAnswer, 'namespace'>): string {
  const { code, message, fault, authorizationMessage, requestId } = answer;
  const encoded = authorizationMessage === undefined ? {} : { EncodedAuthorizationMessage: authorizationMessage };
  return JSON.stringify({ Error: { Code: code, Message: message, ...encoded, Type: fault }, RequestId: requestId });
}
