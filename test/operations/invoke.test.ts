import { GetUser$, type GetUserRequest, type GetUserResponse } from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Authorizer, Verdict } from '../../src/authorize/authorizer.ts';
import type { AuditEvent } from '../../src/kernel/audit-event.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { ServiceError } from '../../src/kernel/service-error.ts';
import { createCallRecord } from '../../src/operations/call-record.ts';
import { openProtocols } from '../../src/operations/choose-protocol.ts';
import { createInvoker, type Invocable } from '../../src/operations/invoke.ts';
import type { InvokedBy } from '../../src/operations/invoked-by.ts';
import { signedOperation } from '../../src/operations/operation.ts';
import { createRegistry } from '../../src/operations/registry.ts';
import { rolecallService } from '../../src/rolecall/rolecall-service.ts';
import { declaredOperation } from '../../src/rolecall/shapes/declare-operation.ts';
import { CrateNotFound, CreateCrate, ListCrates } from '../rolecall/sample-api.ts';

const ACCOUNT = '111122223333';
const RESOURCE = `arn:aws:rolecall::${ACCOUNT}:crate`;
const by: InvokedBy = {
  caller: {
    type: 'User',
    accountId: ACCOUNT,
    arn: `arn:aws:iam::${ACCOUNT}:user/alice`,
    userId: 'AIDAALICE',
    uniqueId: 'AIDAALICE',
    userName: 'alice',
    accessKeyId: '',
  },
  source: { ip: '192.0.2.1', userAgent: 'Firefox', referer: undefined, secure: true, region: undefined },
  requestId: 'request-1',
  mayChange: true,
};

let events: AuditEvent[];
let observed: string[];
let faults: unknown[];
let handled: unknown[];
let left: number;
let refusal: Error | undefined;
let isAllowed: boolean;
beforeEach(() => {
  [events, observed, faults, handled, left, refusal, isAllowed] = [[], [], [], [], 10, undefined, true];
});

const authorize = async () => ({
  targets: [{ action: 'rolecall:CreateCrate', resource: RESOURCE, resourceAccountId: ACCOUNT }],
  subject: undefined,
});
const OPERATIONS = [
  declaredOperation(CreateCrate, {
    authorize,
    async handle(input) {
      handled.push(input);
      return { Name: input.Name };
    },
  }),
  declaredOperation(ListCrates, {
    authorize,
    async handle({ NextToken }) {
      if (NextToken === 'lost') throw new ServiceError(CrateNotFound, 'There is no such crate.');
      throw new Error('the secret of the store is hunter2');
    },
  }),
  signedOperation<GetUserRequest, GetUserResponse, undefined>({
    schema: GetUser$,
    readOnly: true,
    authorize,
    handle: async ({ UserName }) => ({ User: { UserName } as never }),
  }),
];

/** Stands in for the decision alone: everything around it is the product's. */
const decide: Authorizer['decide'] = (call, { action, resource }) =>
  ({
    request: {
      principal: { type: 'User', arn: call.caller?.arn, accountId: ACCOUNT, uniqueId: '' },
      action,
      resource,
      resourceAccountId: ACCOUNT,
    },
    decision: isAllowed
      ? { allowed: true, layer: 'identity', statements: [] }
      : { allowed: false, layer: 'identity', cause: 'no-allow', statements: [] },
  }) as unknown as Verdict;

const protocols = openProtocols([rolecallService([CreateCrate, ListCrates])]);
const { invoke, allows } = createInvoker({
  accessed: { record: () => undefined },
  privileged: { require: () => undefined, requireOpening: () => undefined },
  registry: createRegistry(OPERATIONS, protocols),
  authorizer: { current: (caller) => caller, decide, close: () => {} },
  authorizationMessages: { encode: () => undefined, decode: () => '' },
  limit: { take: () => left-- > 0, charge: () => {} },
  callRecord: createCallRecord({
    record: async ({ json }) => void events.push(JSON.parse(json.toString()) as AuditEvent),
    random: systemRandom(),
  }),
  recordRefusal: () => refusal,
  whenRoom: () => undefined,
  clock: { now: () => Date.UTC(2030, 0, 1) },
  observe: ({ operation, code }) => observed.push(`${operation} ${code}`),
  fault: (error) => faults.push(error),
});

const failure = (run: Promise<unknown>): Promise<ServiceError> =>
  run.then(
    () => {
      throw new Error('it succeeded');
    },
    (error: ServiceError) => error,
  );

test('an operation is handled, audited with its page and without secrets, and counted', async () => {
  const output = await invoke(CreateCrate, { Name: 'tea', Note: 'hidden', Secret: 'hidden', Due: new Date(7) }, by);
  expect(output).toEqual({ Name: 'tea' });
  expect(handled).toEqual([{ Name: 'tea', Note: 'hidden', Secret: 'hidden', Due: new Date(7) }]);
  expect(events).toEqual([
    expect.objectContaining({
      eventSource: 'rolecall',
      eventName: 'CreateCrate',
      requestId: 'request-1',
      accountId: ACCOUNT,
      actor: { type: 'User', arn: by.caller.arn, accountId: ACCOUNT, principalId: 'AIDAALICE' },
      sourceIp: '192.0.2.1',
      authentication: { method: 'session', mfa: false },
      resources: [RESOURCE],
      request: expect.objectContaining({ Name: 'tea', Note: '[redacted]', Secret: '[redacted]' }),
      outcome: 'allowed',
    }),
  ]);
  expect(observed).toEqual(['CreateCrate ok']);
});

test('input from pages is checked like input from programs', async () => {
  const error = await failure(invoke(CreateCrate, { Name: 'TEA' }, by));
  expect(error.code).toBe('ValidationError');
  expect(error.message).toContain("Value 'TEA' at 'name' failed to satisfy constraint");
  expect(handled).toEqual([]);
});

test('an operation of IAM is invoked in the same way', async () => {
  const getUser: Invocable<GetUserRequest, GetUserResponse> = { schema: GetUser$ };
  expect(await invoke(getUser, { UserName: 'alice' }, by)).toEqual({ User: { UserName: 'alice' } });
  expect((await failure(invoke(getUser, { UserName: '' }, by))).code).toBe('ValidationError');
});

test('a denial is the same as for a program, and audited', async () => {
  isAllowed = false;
  expect(await failure(invoke(CreateCrate, { Name: 'tea' }, by))).toMatchObject({ code: 'AccessDenied' });
  expect(events).toEqual([expect.objectContaining({ outcome: 'denied', errorCode: 'AccessDenied' })]);
  expect(handled).toEqual([]);
});

test('a page without our form changes nothing', async () => {
  const reader = { ...by, mayChange: false };
  expect(await failure(invoke(CreateCrate, { Name: 'tea' }, reader))).toMatchObject({ code: 'AccessDenied' });
  expect(handled).toEqual([]);
  expect(await failure(invoke(ListCrates, { NextToken: 'lost' }, reader))).toMatchObject({ code: CrateNotFound.code });
});

test("the caller's limit also applies to pages", async () => {
  left = 1;
  await invoke(CreateCrate, { Name: 'tea' }, by);
  expect(await failure(invoke(CreateCrate, { Name: 'tea' }, by))).toMatchObject({ code: 'Throttling' });
});

test('nothing is changed without an audit event', async () => {
  refusal = new ServiceError('ServiceUnavailable', 'full');
  expect(await failure(invoke(CreateCrate, { Name: 'tea' }, by))).toBe(refusal);
  expect(handled).toEqual([]);
});

test('an unexpected error is reported, and the page learns no more than that', async () => {
  const error = await failure(invoke(ListCrates, {}, by));
  expect(error).toMatchObject({ code: 'InternalFailure' });
  expect(error.message).not.toContain('hunter2');
  expect(faults).toEqual([expect.objectContaining({ message: expect.stringContaining('hunter2') })]);
  expect(observed).toEqual(['ListCrates InternalFailure']);
});

describe('whether an operation is allowed', () => {
  test.each([true, false])('%s: nothing is done, and nothing audited', async (answer) => {
    isAllowed = answer;
    expect(await allows(CreateCrate, { Name: 'tea' }, by)).toBe(answer);
    expect([handled, events, observed]).toEqual([[], [], []]);
  });

  test('a bad input is an error, not a denial', async () => {
    expect(await failure(allows(CreateCrate, { Name: 'TEA' }, by))).toMatchObject({ code: 'ValidationError' });
  });
});

test('an operation that is not in the table cannot be invoked', async () => {
  const unknown: Invocable<object, object> = { schema: [9, 'org.example', 'Nothing', 0, 'unit', 'unit'] };
  await expect(invoke(unknown, {}, by)).rejects.toThrow('the table has no operation org.example#Nothing');
});
