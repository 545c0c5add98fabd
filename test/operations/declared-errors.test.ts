import { GetUser$ } from '@aws-sdk/client-iam';
import { describe, expect, test } from '@jest/globals';
import type { IamDependencies } from '../../src/iam/iam-dependencies.ts';
import { iamOperations } from '../../src/iam/iam-operations.ts';
import { IAM_ERRORS } from '../../src/identity/rules/iam-errors.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { errorTable, ServiceError } from '../../src/kernel/service-error.ts';
import { createCallRecord } from '../../src/operations/call-record.ts';
import { openProtocols } from '../../src/operations/choose-protocol.ts';
import { declares, UndeclaredError, undeclaredErrors } from '../../src/operations/errors/declared-errors.ts';
import { unsignedOperation } from '../../src/operations/operation.ts';
import { createPipeline } from '../../src/operations/pipeline.ts';
import { createRegistry } from '../../src/operations/registry.ts';
import type { StsDependencies } from '../../src/sts/sts-dependencies.ts';
import { stsOperations } from '../../src/sts/sts-operations.ts';

const PROTOCOLS = openProtocols([]);
const { Own } = errorTable({ Own: { status: 400 } });
const operation = unsignedOperation({
  schema: GetUser$,
  readOnly: true,
  errors: [Own],
  authorize: () => ({ targets: [], subject: undefined }),
  handle: () => ({}),
});
const row = { service: 'iam', name: 'GetUser', operation };

describe('an operation declares', () => {
  test.each([
    ['the common errors', new ServiceError('AccessDenied', 'no')],
    ['the errors of its model', new ServiceError(IAM_ERRORS.NoSuchEntity, 'no')],
    ['the errors of its descriptor', new ServiceError(Own, 'no')],
  ])('%s', (_what, error) => {
    expect(declares(row, error)).toBe(true);
    expect(undeclaredErrors()(row, error)).toBeUndefined();
  });

  test('no others', () => {
    expect(declares(row, new ServiceError(IAM_ERRORS.DeleteConflict, 'no'))).toBe(false);
  });
});

test('[S48] an undeclared error is reported once per operation, without its message', () => {
  const find = undeclaredErrors();
  const thrown = new ServiceError(IAM_ERRORS.DeleteConflict, 'the message');
  expect(find(row, thrown)).toMatchObject({
    message: 'iam:GetUser threw DeleteConflict, which it does not declare',
    cause: thrown,
  });
  expect(find(row, thrown)).toBeUndefined();
  expect(find({ ...row, name: 'GetGroup' }, thrown)).toBeDefined();
  expect(find(row, new ServiceError(IAM_ERRORS.InvalidInput, 'no'))).toBeDefined();
});

test('the caller gets an undeclared error, and the log gets the bug', async () => {
  const thrown = new ServiceError(IAM_ERRORS.DeleteConflict, 'in use');
  const handle = () => {
    throw thrown;
  };
  const faults: unknown[] = [];
  const pipeline = createPipeline({
    accessed: { record: () => undefined },
    privileged: { require: () => undefined, requireOpening: () => undefined },
    protocols: PROTOCOLS,
    registry: createRegistry([{ ...operation, handle }], PROTOCOLS),
    authenticate: () => Promise.reject(new Error('not to be called')),
    authorizer: { current: (caller) => caller, decide: () => Promise.reject(thrown), close: () => {} },
    authorizationMessages: { encode: () => undefined, decode: () => '' },
    strangers: { take: () => true, isSpent: () => false },
    callRecord: createCallRecord({ record: () => Promise.resolve(), random: systemRandom() }),
    recordRefusal: () => undefined,
    whenRoom: () => undefined,
    clock: { now: () => 0 },
    random: systemRandom(),
    observe: () => {},
    errorPositions: true,
    fault: (error, facts) => faults.push({ error, facts }),
  });
  const call = async () =>
    pipeline.handle({
      method: 'POST',
      path: '/',
      rawQuery: '',
      headers: {},
      body: Buffer.from('Action=GetUser&Version=2010-05-08'),
      ip: '127.0.0.1',
      bodyHash: undefined,
      secure: false,
    });
  const { status, body, requestId } = await call();
  expect(status).toBe(409);
  expect(body).toContain('<Code>DeleteConflict</Code><Message>in use</Message>');
  expect((await call()).status).toBe(409);
  expect(faults).toEqual([{ error: new UndeclaredError(row, thrown), facts: { requestId, operation: 'GetUser' } }]);
});

test('no descriptor repeats what its model declares', () => {
  // The descriptors are only looked at.
  const operations = [...iamOperations({} as IamDependencies), ...stsOperations({} as StsDependencies)];
  const { rows } = createRegistry(operations, PROTOCOLS);
  const repeated = rows.flatMap((each) => {
    const operation = { ...each.operation, errors: [] };
    return (each.operation.errors ?? []).filter((error) => declares({ ...each, operation }, error));
  });
  expect(repeated).toEqual([]);
});
