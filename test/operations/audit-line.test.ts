import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Caller } from '../../src/identity/sessions/caller.ts';
import type { AuditEvent } from '../../src/kernel/audit-event.ts';
import { ServiceError } from '../../src/kernel/service-error.ts';
import { type AuditFacts, auditLineMaker } from '../../src/operations/audit.ts';

const ACCOUNT = '111122223333';

function userNamed(userName: string): Caller {
  const arn = `arn:aws:iam::${ACCOUNT}:user/${userName}`;
  const ids = { userId: `AIDA${userName}`, uniqueId: `AIDA${userName}`, accessKeyId: `AKIA${userName}` };
  return { type: 'User', accountId: ACCOUNT, arn, userName, ...ids };
}

function factsOf(given: Partial<AuditFacts>): AuditFacts {
  return {
    eventId: '0199c6a1b2c3ffffffffffffffffffff',
    requestId: '3d3d3d3d-3d3d-4d3d-8d3d-3d3d3d3d3d3d',
    now: Date.UTC(2030, 0, 1, 12),
    service: 'sts',
    operation: 'GetCallerIdentity',
    readOnly: true,
    method: 'sigv4',
    caller: userNamed('alice'),
    claimed: undefined,
    concernedAccount: undefined,
    source: { ip: '192.0.2.1', userAgent: 'aws-cli', referer: undefined, secure: false, region: 'us-east-1' },
    targets: [],
    input: {},
    output: undefined,
    auditedInput: undefined,
    error: undefined,
    verdict: undefined,
    ...given,
  };
}

const eventOf = (line: { readonly json: Buffer }): AuditEvent => JSON.parse(line.json.toString()) as AuditEvent;

describe('[S48] the line of an audit event', () => {
  test('is the whole event as JSON, with its id first', () => {
    const line = auditLineMaker()(factsOf({}));
    expect(line.json.toString().startsWith(`{"eventId":"${line.eventId}"`)).toBe(true);
    expect(line).toMatchObject({ accountId: ACCOUNT, isAwaited: false });
    expect(eventOf(line)).toEqual({
      eventId: '0199c6a1b2c3ffffffffffffffffffff',
      eventTime: '2030-01-01T12:00:00.000Z',
      eventSource: 'sts',
      eventName: 'GetCallerIdentity',
      readOnly: true,
      accountId: ACCOUNT,
      actor: {
        type: 'User',
        arn: `arn:aws:iam::${ACCOUNT}:user/alice`,
        accountId: ACCOUNT,
        principalId: 'AIDAalice',
        accessKeyId: 'AKIAalice',
      },
      sourceIp: '192.0.2.1',
      userAgent: 'aws-cli',
      authentication: { method: 'sigv4', mfa: false },
      resources: [],
      request: {},
      outcome: 'allowed',
      requestId: '3d3d3d3d-3d3d-4d3d-8d3d-3d3d3d3d3d3d',
    });
  });

  test('is one line of JSON, whatever clients send: nothing in it can imitate another member or event', () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 });
    const hostile = fc.oneof(
      text,
      fc.constantFrom('","outcome":"denied', '\n{"eventId":"made up"}', '\u2028', '\\', '"'),
    );
    const auditLine = auditLineMaker();
    fc.assert(
      fc.property(hostile, hostile, hostile, (userAgent, value, name) => {
        const { json } = auditLine(
          factsOf({
            caller: userNamed(name),
            input: { Name: value },
            source: { ip: '192.0.2.1', userAgent, referer: undefined, secure: true, region: undefined },
          }),
        );
        expect(json.toString()).not.toContain('\n');
        expect(eventOf({ json })).toMatchObject({ userAgent, request: { Name: value }, outcome: 'allowed' });
        expect(eventOf({ json }).actor.arn).toBe(`arn:aws:iam::${ACCOUNT}:user/${name}`);
      }),
    );
  });

  test('distinguishes callers and times', () => {
    const auditLine = auditLineMaker();
    const calls = [
      [userNamed('alice'), 1_000],
      [userNamed('bob'), 1_000],
      [userNamed('alice'), 2_000],
    ] as const;
    for (const [caller, now] of [...calls, ...calls]) {
      const event = eventOf(auditLine(factsOf({ caller, now })));
      expect([event.actor.arn, event.eventTime]).toEqual([caller.arn, new Date(now).toISOString()]);
    }
  });

  test('distinguishes from where one caller calls, and with what', () => {
    const auditLine = auditLineMaker();
    const caller = userNamed('alice');
    const sources = [
      ['192.0.2.1', 'aws-cli'],
      ['192.0.2.2', 'aws-cli'],
      ['192.0.2.2', 'boto3'],
      ['192.0.2.2', undefined],
    ] as const;
    for (const [ip, userAgent] of [...sources, ...sources]) {
      const source = { ip, userAgent, referer: undefined, secure: true, region: undefined };
      const event = eventOf(auditLine(factsOf({ caller, source })));
      expect([event.sourceIp, event.userAgent]).toEqual([ip, userAgent]);
    }
  });

  test('of an unauthenticated caller names only the claimed key, and how often', () => {
    const error = new ServiceError('SignatureDoesNotMatch', 'no');
    const line = auditLineMaker()(factsOf({ caller: undefined, claimed: userNamed('alice'), error, count: 3 }));
    expect(line).toMatchObject({ accountId: ACCOUNT, isAwaited: true });
    expect(eventOf(line)).toMatchObject({
      accountId: ACCOUNT,
      actor: { type: 'Anonymous', accountId: ACCOUNT, accessKeyId: 'AKIAalice' },
      request: { count: 3 },
      outcome: 'refused',
      errorCode: 'SignatureDoesNotMatch',
    });
  });
});
