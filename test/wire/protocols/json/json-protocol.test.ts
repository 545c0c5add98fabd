import { describe, expect, test } from '@jest/globals';
import type { StaticOperationSchema } from '@smithy/types';
import { jsonProtocol } from '../../../../src/wire/protocols/json/json-protocol.ts';
import { DEPOT, Store$ } from './sample-service.ts';

const protocol = jsonProtocol([DEPOT]);
const JSON_11 = 'application/x-amz-json-1.1';
const envelopeOf = (target: string, contentType: string | undefined = JSON_11) =>
  protocol.readEnvelope({
    method: 'POST',
    path: '/',
    rawQuery: '',
    headers: { 'x-amz-target': target, 'content-type': contentType },
    body: Buffer.from('{}'),
  });

describe('the envelope', () => {
  test.each([
    ['com.example.v1.Depot_20200102.Store', 'depot', 'Store'],
    ['com.example.v1.Depot_20200102.', 'depot', ''],
    ['Depot_20200102.Store', undefined, 'Store'],
    ['Store', undefined, 'Store'],
    ['', undefined, ''],
  ])('%s', (target, service, action) => {
    expect(envelopeOf(target)).toMatchObject({ service, action });
  });

  test.each(['application/json', 'application/x-amz-json-1.0', 'text/plain', ''])(
    'needs its content type: %j',
    (type) => {
      expect(() => envelopeOf('com.example.v1.Depot_20200102.Store', type)).toThrow(
        expect.objectContaining({ code: 'UnsupportedMediaTypeException', status: 415 }),
      );
    },
  );

  test('which may have parameters', () => {
    const type = 'Application/X-Amz-Json-1.1; charset=utf-8';
    expect(envelopeOf('com.example.v1.Depot_20200102.Store', type)).toMatchObject({ service: 'depot' });
  });
});

test('an unknown operation is named', () => {
  expect(() => protocol.refuseOperation(envelopeOf('com.example.v1.Depot_20200102.Burn'))).toThrow(
    'Could not find operation Burn for version 2020-01-02',
  );
});

describe('errors', () => {
  const about = { service: 'depot', headers: {} };
  const error = { message: 'No.', status: 403, fault: 'Sender', requestId: 'id' } as const;
  test.each([
    ['AccessDenied', 403, 'AccessDeniedException', 400],
    ['InvalidAction', 400, 'UnknownOperationException', 400],
    ['InvalidClientTokenId', 403, 'UnrecognizedClientException', 400],
    ['SignatureDoesNotMatch', 403, 'InvalidSignatureException', 400],
    ['Throttling', 400, 'ThrottlingException', 400],
    ['ValidationError', 400, 'ValidationException', 400],
    ['RequestEntityTooLarge', 413, 'RequestEntityTooLargeException', 413],
    ['CrateNotFoundException', 404, 'CrateNotFoundException', 400],
  ])("%s is called as in AWS's JSON services", (code, status, type, sent) => {
    expect(protocol.encodeError({ ...error, code, status }, about)).toEqual({
      status: sent,
      contentType: JSON_11,
      errorType: type,
      body: JSON.stringify({ __type: type, message: 'No.' }),
    });
  });

  test('our errors keep their status', () => {
    const failure = { ...error, code: 'InternalFailure', status: 500, fault: 'Receiver' } as const;
    expect(protocol.encodeError(failure, about)).toMatchObject({ status: 500, errorType: 'InternalFailure' });
  });

  test('an authorization message is next to the message', () => {
    const denied = { ...error, code: 'AccessDenied', authorizationMessage: 'abc' };
    expect(JSON.parse(protocol.encodeError(denied, about).body)).toEqual({
      __type: 'AccessDeniedException',
      message: 'No.',
      EncodedAuthorizationMessage: 'abc',
    });
  });
});

test('an operation without input and output accepts any object and returns an empty one', () => {
  const nothing: StaticOperationSchema = [9, DEPOT.namespace, 'Nothing', 0, () => 'unit', () => 'unit'];
  const codec = protocol.compile(nothing);
  expect(codec.decode(new Map(), Buffer.alloc(0))).toEqual({});
  expect(codec.decode(new Map(), Buffer.from('{"Colour":"red"}'))).toEqual({});
  expect(() => codec.decode(new Map(), Buffer.from('7'))).toThrow('The body must be a JSON object.');
  expect(codec.encode({}, 'id', {}).body).toBe('{}');
  expect(codec.pieces).toBeUndefined();
});

test('operations of other services have no codec', () => {
  expect(() => jsonProtocol([]).compile(Store$)).toThrow('no service with the namespace `org.example.depot`');
});
