import type { StaticOperationSchema } from '@smithy/types';
import { constraintsOfService, type ServiceName } from '../../constraints/constraints-of.ts';
import { type AnswerPieces, compileAnswerPieces } from './answer-pieces.ts';
import { compileQueryDecoder, type QueryDecoder } from './decode.ts';
import { compileXmlEncoder, type XmlEncoder } from './encode.ts';
import { compileJsonEncoder, type JsonEncoder } from './encode-json.ts';

/** A service of the AWS Query protocol, as it appears on the wire. */
export interface QueryService {
  readonly name: ServiceName;
  /** The value of the `Version` parameter. */
  readonly version: string;
  readonly xmlNamespace: string;
  /** Whether messages about rejected values repeat them. AWS's STS does; parts of its IAM do not. */
  readonly echoesValues: boolean;
}

/** The services, by the namespace of their schemas. */
export const QUERY_SERVICES: Readonly<Record<string, QueryService>> = {
  'com.amazonaws.iam': {
    name: 'iam',
    version: '2010-05-08',
    xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
    echoesValues: false,
  },
  'com.amazonaws.sts': {
    name: 'sts',
    version: '2011-06-15',
    xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    echoesValues: true,
  },
};

/** The decoder and encoders of one operation, compiled once. */
export interface OperationCodec {
  /** The value of the `Action` parameter. */
  readonly action: string;
  readonly service: QueryService;
  readonly decode: QueryDecoder;
  readonly encode: XmlEncoder;
  readonly encodeJson: JsonEncoder;
  /** Encodes XML or JSON in pieces; `undefined` if the operation's responses are never long. */
  readonly pieces: AnswerPieces | undefined;
}

/** Compiles the codec of an operation from the SDK's schema object (`CreateUser$`). */
export function compileOperationCodec(schema: StaticOperationSchema): OperationCodec {
  const [, namespace, action] = schema;
  const service = QUERY_SERVICES[namespace];
  if (service === undefined) throw new RangeError(`no service with the namespace \`${namespace}\``);
  const constraints = constraintsOfService(service.name);
  let encodeJson: JsonEncoder | undefined;
  return {
    action,
    service,
    decode: compileQueryDecoder(schema, { constraints, echoesValues: service.echoesValues }),
    encode: compileXmlEncoder(schema, service.xmlNamespace),
    pieces: compileAnswerPieces(schema, service.xmlNamespace),
    encodeJson(output, requestId) {
      // Few clients ask for JSON, so the encoder is compiled on first use.
      encodeJson ??= compileJsonEncoder(schema);
      return encodeJson(output, requestId);
    },
  };
}
