import { escapeXml } from './escape-xml.ts';

/** An error as it goes out. */
export interface ErrorAnswer {
  readonly code: string;
  readonly message: string;
  readonly fault: 'Sender' | 'Receiver';
  readonly requestId: string;
  /** The XML namespace of the service. */
  readonly namespace: string;
}

/** Renders an error as the services of the AWS Query protocol do. */
export function encodeErrorXml({ code, message, fault, requestId, namespace }: ErrorAnswer): string {
  return `<ErrorResponse xmlns="${escapeXml(namespace)}"><Error><Type>${fault}</Type><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message></Error><RequestId>${escapeXml(requestId)}</RequestId></ErrorResponse>`;
}
