import { headerValue, type RequestHeaders } from '../wire/sigv4/signed-request.ts';
import { escapeXml } from '../wire/xml/escape-xml.ts';
import { listed } from './listed.ts';
import type { WireAnswer } from './wire-answer.ts';

/** The parts of a request that show which AWS API it is for. */
export interface AwsRequest {
  readonly method: string;
  readonly path: string;
  readonly rawQuery: string;
  readonly headers: RequestHeaders;
}

/** Whether a request comes from an AWS client rather than from a browser. */
export function isAwsRequest(headers: RequestHeaders, rawQuery: string): boolean {
  const authorization = headerValue(headers, 'authorization');
  if (authorization?.startsWith('AWS4-') === true || authorization?.startsWith('AWS ') === true) return true;
  return headers['x-amz-target'] !== undefined || rawQuery.includes('X-Amz-Signature=');
}

/** `KEY/DATE/REGION/SERVICE/aws4_request`. */
const SCOPE = /^[^/]+\/\d+\/[^/]+\/([a-z0-9-]{1,64})\/aws4_request$/;
/** Longer ones are not credentials. The sender is not authenticated, so reading them must cost almost nothing. */
const LONGEST_CREDENTIAL = 512;

function serviceOf(credential: string): string | undefined {
  return credential.length > LONGEST_CREDENTIAL ? undefined : SCOPE.exec(credential)?.[1];
}

/** The text after the first occurrence of a name, up to one of the terminating characters. */
function textAfter(text: string, name: string, end: RegExp): string {
  const at = text.indexOf(name);
  if (at === -1) return '';
  const rest = text.slice(at + name.length, at + name.length + LONGEST_CREDENTIAL + 1);
  return rest.split(end, 1)[0] ?? '';
}

/** The service that a request is signed for. Parsed leniently, because it only determines the format of a refusal. */
export function signedService({ headers, rawQuery }: AwsRequest): string | undefined {
  const authorization = headerValue(headers, 'authorization') ?? '';
  if (authorization.startsWith('AWS ')) return 's3';
  const inHeader = serviceOf(textAfter(authorization, 'Credential=', /[,\s]/));
  return inHeader ?? serviceOf(textAfter(rawQuery, 'X-Amz-Credential=', /&/).replaceAll(/%2F/gi, '/'));
}

/** Services that answer in XML although their requests do not show it. All other services without form parameters use JSON. */
const S3_SERVICES = new Set(['s3', 's3express', 's3-object-lambda', 's3-outposts']);
const REST_XML_SERVICES = new Set(['route53', 'cloudfront']);
const FORM = 'application/x-www-form-urlencoded';

type AskedProtocol = 'json' | 'query' | 'ec2' | 's3' | 'rest-xml';

function askedProtocol(request: AwsRequest, service: string | undefined): AskedProtocol {
  const { headers, rawQuery } = request;
  const contentType = headerValue(headers, 'content-type') ?? '';
  if (headers['x-amz-target'] !== undefined || /^application\/(?:x-amz-)?json/i.test(contentType)) return 'json';
  if (service !== undefined && S3_SERVICES.has(service)) return 's3';
  if (service !== undefined && REST_XML_SERVICES.has(service)) return 'rest-xml';
  if (contentType.toLowerCase().startsWith(FORM) || /(?:^|&)Action=/.test(rawQuery) || request.path === '/') {
    return service === 'ec2' ? 'ec2' : 'query';
  }
  return 'json';
}

interface Refusal {
  readonly status: number;
  readonly contentType: string;
  readonly code: string;
  /** @param text The message, not yet escaped. */
  readonly body: (code: string, text: string, requestId: string) => string;
}

/** The response of each family of services to an unknown operation. */
const REFUSALS: Readonly<Record<AskedProtocol, Refusal>> = {
  json: {
    status: 400,
    contentType: 'application/x-amz-json-1.1',
    code: 'UnknownOperationException',
    body: (code, message) => JSON.stringify({ __type: code, message }),
  },
  query: {
    status: 400,
    contentType: 'text/xml',
    code: 'InvalidAction',
    body: (code, message, requestId) =>
      `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
  },
  'rest-xml': {
    status: 400,
    contentType: 'text/xml',
    code: 'InvalidAction',
    body: (code, message, requestId) =>
      `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
  },
  ec2: {
    status: 400,
    contentType: 'text/xml',
    code: 'InvalidAction',
    body: (code, message, requestId) =>
      `<Response><Errors><Error><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error></Errors><RequestID>${requestId}</RequestID></Response>`,
  },
  s3: {
    status: 501,
    contentType: 'application/xml',
    code: 'NotImplemented',
    body: (code, message, requestId) =>
      `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${escapeXml(message)}</Message><RequestId>${requestId}</RequestId></Error>`,
  },
};

function messageFor(service: string | undefined, served: ReadonlySet<string>): string {
  const names = listed(served, 'and');
  if (service !== undefined && served.has(service)) {
    return `This server serves ${names} only at the path /: remove the path from the endpoint.`;
  }
  const asked = service ?? 'the service that was asked for';
  const variables = listed(
    [...served].map((name) => `AWS_ENDPOINT_URL_${name.toUpperCase()}`),
    'and',
  );
  return `This server does not serve ${asked}, only ${names}: set the endpoint only for these services (${variables}).`;
}

/** Refuses a request for an AWS API that is not served, in the format that its client expects. */
export function refuseUnserved(request: AwsRequest, requestId: string, served: ReadonlySet<string>): WireAnswer {
  const service = signedService(request);
  const { status, contentType, code, body } = REFUSALS[askedProtocol(request, service)];
  const text = body(code, messageFor(service, served), requestId);
  const answer = { status, requestId, contentType, body: text };
  return contentType.includes('json') ? { ...answer, errorType: code } : answer;
}
