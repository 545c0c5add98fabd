import type { StaticOperationSchema } from '@smithy/types';
import { ServiceError } from '../../../kernel/service-error.ts';
import { constraintsOfService } from '../../constraints/constraints-of.ts';
import type { RequestHeaders } from '../../sigv4/signed-request.ts';
import { compileJsonDecoder, type JsonDecoder } from '../json/decode.ts';
import { ECHO_LIMIT, type Envelope, type OperationCodec, type Protocol } from '../protocol.ts';
import { answerFormat, CONTENT_TYPES } from './answer-format.ts';
import { encodeErrorJson, encodeErrorXml } from './encode-error.ts';
import { envelopeReader } from './envelope.ts';
import { compileOperationCodec, QUERY_SERVICES } from './operation-codec.ts';

/** The AWS Query protocol of IAM and STS: a form, answered in XML, or in JSON if the `Accept` header asks for it. */
export function queryProtocol(): Protocol {
  return {
    services: Object.entries(QUERY_SERVICES).map(([namespace, { name }]) => ({ namespace, name })),
    readEnvelope: envelopeReader(),
    refuseOperation,
    compile,
    encodeError(error, { service, headers }) {
      const format = answerFormat(headers['accept']);
      const body = format === 'json' ? encodeErrorJson(error) : encodeErrorXml(error, NAMESPACES.get(service) ?? '');
      return { status: error.status, contentType: CONTENT_TYPES[format], body };
    },
  };
}

const NAMESPACES = new Map<string, string>(
  Object.values(QUERY_SERVICES).map(({ name, xmlNamespace }) => [name, xmlNamespace]),
);

function compile(schema: StaticOperationSchema): OperationCodec {
  const { service, decode, encode, encodeJson, pieces } = compileOperationCodec(schema);
  let decodeValue: JsonDecoder | undefined;
  return {
    decode,
    decodeValue(input) {
      decodeValue ??= compileJsonDecoder(schema, constraintsOfService(service.name));
      return decodeValue(input);
    },
    encode(output, requestId, headers) {
      const format = answerFormat(headers['accept']);
      const body = format === 'json' ? encodeJson(output, requestId) : encode(output, requestId);
      return { contentType: CONTENT_TYPES[format], body };
    },
    pieces:
      pieces &&
      ((output: object, requestId: string, headers: RequestHeaders) => {
        const format = answerFormat(headers['accept']);
        return { contentType: CONTENT_TYPES[format], pieces: pieces(output, requestId, format) };
      }),
  };
}

function refuseOperation({ action, version }: Envelope): never {
  if (action === undefined) {
    throw new ServiceError('MissingAction', 'The request has no Action parameter: name the operation.');
  }
  const asked = version === undefined ? 'NO_VERSION_SPECIFIED' : version.slice(0, ECHO_LIMIT);
  throw new ServiceError(
    'InvalidAction',
    `Could not find operation ${action.slice(0, ECHO_LIMIT)} for version ${asked}`,
  );
}
