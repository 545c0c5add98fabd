import { type JsonService, jsonProtocol, targetPrefixes } from '../wire/protocols/json/json-protocol.ts';
import type { Protocol } from '../wire/protocols/protocol.ts';
import { queryProtocol } from '../wire/protocols/query/query-protocol.ts';
import { headerValue, type RequestHeaders } from '../wire/sigv4/signed-request.ts';

export { constraintsOfService } from '../wire/constraints/constraints-of.ts';
export type { JsonService } from '../wire/protocols/json/json-protocol.ts';

/** The protocols of the wire API. */
export interface Protocols {
  readonly all: readonly Protocol[];
  /** The protocol that a request is in. */
  of(request: { readonly method: string; readonly headers: RequestHeaders }): Protocol;
  /** Whether an `X-Amz-Target` header names one of our services. */
  servesTarget(headers: RequestHeaders): boolean;
}

const TARGET = 'x-amz-target';

/**
 * IAM and STS speak AWS Query; the given services speak AWS JSON 1.1. A POST with an `X-Amz-Target` header is JSON.
 * The signature must cover that header, so nobody can add or remove it on the way.
 */
export function openProtocols(jsonServices: readonly JsonService[]): Protocols {
  const query = queryProtocol();
  const json = jsonProtocol(jsonServices);
  const prefixes = jsonServices.flatMap(targetPrefixes);
  return {
    all: [query, json],
    of: ({ method, headers }) => (method === 'POST' && headers[TARGET] !== undefined ? json : query),
    servesTarget(headers) {
      const target = headerValue(headers, TARGET) ?? '';
      return prefixes.some((prefix) => target.startsWith(`${prefix}.`));
    },
  };
}
