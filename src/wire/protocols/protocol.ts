import type { StaticOperationSchema } from '@smithy/types';
import type { RequestHeaders, SignedRequest } from '../sigv4/signed-request.ts';

/** The parameters of a form, by name; each name occurs once. */
export type Form = ReadonlyMap<string, string>;

/** What a request asks for, read before the rest of it. */
export interface Envelope {
  /** The service that the request is for; `undefined` if none of the protocol's. */
  readonly service: string | undefined;
  readonly action: string | undefined;
  readonly version: string | undefined;
  /** The parameters in protocols that send a form; empty in others, which read the body when it is decoded. */
  readonly form: Form;
  /** SHA-256 of the body in hexadecimal, if the body is cached. */
  readonly bodyHash?: string;
}

/** A response body. */
export interface EncodedBody {
  readonly contentType: string;
  readonly body: string;
}

/** A response body that is rendered one list item at a time; joined, the pieces are the whole body. */
export interface EncodedPieces {
  readonly contentType: string;
  readonly pieces: Iterable<string>;
}

/** The decoder and encoder of one operation, compiled once. */
export interface OperationCodec {
  /** @throws {ServiceError} ValidationError listing all problems; in JSON also SerializationException. Ignores unknown parameters. */
  decode(form: Form, body: Uint8Array): Record<string, unknown>;
  /** Decodes an input given as a JSON value, for calls within the process. @throws {ServiceError} as {@link decode}. */
  decodeValue(input: unknown): Record<string, unknown>;
  encode(output: unknown, requestId: string, headers: RequestHeaders): EncodedBody;
  /** `undefined` if the operation's responses are never long. */
  readonly pieces: ((output: object, requestId: string, headers: RequestHeaders) => EncodedPieces) | undefined;
}

/** An error to be returned to the caller. */
export interface WireError {
  readonly code: string;
  readonly message: string;
  readonly status: number;
  readonly fault: 'Sender' | 'Receiver';
  /** Sent next to the message; clients that do not know it ignore it. */
  readonly authorizationMessage?: string | undefined;
  /** The member `Reason` of errors that have it. */
  readonly reason?: string | undefined;
  readonly requestId: string;
}

/** An error response. */
export interface EncodedError extends EncodedBody {
  readonly status: number;
  /** The value of the `x-amzn-ErrorType` header, in protocols that have it. */
  readonly errorType?: string;
}

/** A service, as the registry and policies name it, and the namespace of its schemas. */
export interface ServiceIdentity {
  readonly name: string;
  readonly namespace: string;
}

/** How operations, their inputs, outputs and errors appear on the wire, for a group of services. */
export interface Protocol {
  readonly services: readonly ServiceIdentity[];
  /** @throws {ServiceError} if it cannot be read. */
  readEnvelope(request: SignedRequest): Envelope;
  /** Throws the error for a missing or unknown operation. @throws {ServiceError} */
  refuseOperation(envelope: Envelope): never;
  /** Compiles the codec of an operation of one of the {@link services}. @throws {RangeError} for any other. */
  compile(schema: StaticOperationSchema): OperationCodec;
  encodeError(error: WireError, about: { readonly service: string; readonly headers: RequestHeaders }): EncodedError;
}

/** The longest action or version that an error message repeats. */
export const ECHO_LIMIT = 128;
