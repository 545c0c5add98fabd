import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { type AuthorizationMessages, authorizationMessages } from '../../src/authorize/authorization-messages.ts';
import type { Verdict } from '../../src/authorize/authorizer.ts';
import { type ContextFacts, requestContext } from '../../src/authorize/context.ts';
import type { Caller } from '../../src/identity/sessions/caller.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { openKeyRing } from '../../src/keys/open-key-ring.ts';
import { decide } from '../../src/policy/combine/decide.ts';
import type { PolicyLayers } from '../../src/policy/combine/policy-layers.ts';
import { compilePolicyText, type PolicySource } from '../../src/policy/compile/compile-policy.ts';
import { compilePolicySet, type PolicySet } from '../../src/policy/compile/policy-set.ts';
import { openEmbeddedStore } from '../../src/store/embedded/open-embedded-store.ts';
import { firstRsaKeysKept } from '../support/signing-keys.ts';

const DAY = 86_400_000;
const OWN = '123456789012';
const OTHER = '210987654321';
const directory = temporaryDirectory();
const keyEncryptionKey = randomBytes(32);
let now = Date.UTC(2026, 0, 1);
const clock = { now: () => now };
let store: Awaited<ReturnType<typeof openEmbeddedStore>>;
let keyRing: Awaited<ReturnType<typeof openKeyRing>>;
let messages: AuthorizationMessages;

async function openKeys(): Promise<void> {
  const { collections } = store;
  keyRing = await openKeyRing({
    collections,
    keyEncryptionKey,
    clock,
    random: systemRandom(),
    makePrivateKey: firstRsaKeysKept,
  });
  messages = authorizationMessages({ keyRing, random: systemRandom(), elapsed: () => 0 });
}
beforeAll(async () => {
  store = await openEmbeddedStore({ directory: directory.path, clock });
  await openKeys();
});
afterAll(async () => {
  keyRing.close();
  await store.close();
  directory.remove();
});

const alice: Caller = {
  type: 'User',
  accountId: OWN,
  arn: `arn:aws:iam::${OWN}:user/alice`,
  userId: 'AIDAALICE',
  uniqueId: 'AIDAALICE',
  userName: 'alice',
  accessKeyId: 'AKIAEXAMPLE',
};

function policies(statements: readonly object[], source: PolicySource = { id: 'own', type: 'inline' }): PolicySet {
  const text = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  return compilePolicySet([compilePolicyText(text, source)]);
}

const NOTHING = policies([{ Effect: 'Allow', Action: 's3:*', Resource: '*' }]);
const TARGET: ContextFacts['target'] = {
  action: 'iam:GetUser',
  resource: `arn:aws:iam::${OWN}:user/bob`,
  resourceAccountId: OWN,
  resourceTags: [{ key: 'owner', value: 'ann' }],
};

function verdictOf(layers: PolicyLayers, more: Partial<ContextFacts> = {}): Verdict {
  const source = { ip: '192.0.2.1', userAgent: 'cli/1', referer: undefined, secure: true, region: 'eu-central-1' };
  const facts: ContextFacts = { caller: alice, principalTags: [], source, now, target: TARGET, ...more };
  const { target, caller = alice } = facts;
  const { action, resource, resourceAccountId } = target;
  const { type, arn, accountId, userId } = caller;
  const request = {
    principal: { type, arn, accountId, uniqueId: userId },
    action,
    resource,
    resourceAccountId,
    context: requestContext(facts),
  };
  return { request, decision: decide(request, layers) };
}

const encode = (verdict: Verdict): string => messages.encode(verdict) ?? 'nothing';
const decoded = (verdict: Verdict) => JSON.parse(messages.decode(encode(verdict), OWN));
const invalid = expect.objectContaining({
  code: 'InvalidAuthorizationMessageException',
  message: 'Message is not valid',
});

describe('[STS DecodeAuthorizationMessage] the content of a message', () => {
  test('an explicit deny: the denying statement, with AWS’s members in their order', () => {
    const statement = {
      Sid: 'KeepOut',
      Effect: 'Deny',
      Action: ['iam:Get*', 'iam:List*'],
      Resource: `arn:aws:iam::${OWN}:user/*`,
      Condition: { IpAddress: { 'aws:SourceIp': ['192.0.2.0/24'] } },
    };
    const said = decoded(verdictOf({ identity: policies([statement]) }));
    expect(Object.keys(said).slice(0, 5)).toEqual([
      'allowed',
      'explicitDeny',
      'matchedStatements',
      'failures',
      'context',
    ]);
    expect(said).toMatchObject({ allowed: false, explicitDeny: true, failures: { items: [] } });
    expect(said.matchedStatements).toEqual({
      items: [
        {
          statementId: 'KeepOut',
          effect: 'DENY',
          principals: { items: [{ value: 'AIDAALICE' }] },
          principalGroups: { items: [] },
          actions: { items: [{ value: 'iam:Get*' }, { value: 'iam:List*' }] },
          resources: { items: [{ value: `arn:aws:iam::${OWN}:user/*` }] },
          conditions: {
            items: [{ key: 'aws:SourceIp', values: { items: [{ value: '192.0.2.0/24' }] }, operator: 'IpAddress' }],
          },
          policy: 'own',
        },
      ],
    });
    expect(said.context).toMatchObject({
      principal: { id: 'AIDAALICE', name: 'alice', arn: alice.arn },
      action: 'iam:GetUser',
      resource: `arn:aws:iam::${OWN}:user/bob`,
    });
    expect(said.context.conditions.items).toContainEqual({
      key: 'aws:SourceIp',
      values: { items: [{ value: '192.0.2.1' }] },
    });
    expect(said).toMatchObject({ layer: 'identity', cause: 'explicit-deny', nearStatements: { items: [] } });
  });

  test('exceptions by NotAction and NotResource are reported as such', () => {
    const statement = { Effect: 'Deny', NotAction: 's3:*', NotResource: 'arn:aws:s3:::a' };
    const [item] = decoded(verdictOf({ identity: policies([statement]) })).matchedStatements.items;
    expect(item).toMatchObject({
      statementId: '#0',
      actions: { items: [] },
      resources: { items: [] },
      notActions: { items: [{ value: 's3:*' }] },
      notResources: { items: [{ value: 'arn:aws:s3:::a' }] },
    });
  });

  test('an implicit deny: no matched statements; the closest ones and what did not match', () => {
    const said = decoded(
      verdictOf({
        identity: policies([
          { Sid: 'Elsewhere', Effect: 'Allow', Action: 'iam:GetUser', Resource: `arn:aws:iam::${OWN}:user/ann` },
          { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' },
          {
            Sid: 'Tagged',
            Effect: 'Allow',
            Action: 'iam:*',
            Resource: '*',
            Condition: { StringEquals: { 'aws:ResourceTag/owner': 'zoe' }, Bool: { 'aws:AssumedRoot': 'true' } },
          },
        ]),
      }),
    );
    expect(said).toMatchObject({ explicitDeny: false, matchedStatements: { items: [] }, cause: 'no-allow' });
    const actual = { items: [{ value: `arn:aws:iam::${OWN}:user/bob` }] };
    expect(said.nearStatements.items).toEqual([
      {
        statementId: 'Elsewhere',
        policy: 'own',
        mismatch: {
          kind: 'resource',
          negated: false,
          wanted: { items: [{ value: `arn:aws:iam::${OWN}:user/ann` }] },
          actual,
        },
      },
      {
        statementId: 'Tagged',
        policy: 'own',
        mismatch: {
          kind: 'condition',
          operator: 'StringEquals',
          key: 'aws:ResourceTag/owner',
          wanted: { items: [{ value: 'zoe' }] },
          actual: { items: [{ value: 'ann' }] },
        },
      },
    ]);
  });
});

describe('the smallest change that would allow the request', () => {
  test('what a layer must allow', () => {
    expect(decoded(verdictOf({ identity: NOTHING })).smallestChange.items).toEqual([
      { layer: 'identity', allow: { action: 'iam:GetUser', resource: `arn:aws:iam::${OWN}:user/bob` } },
    ]);
  });

  test('what must not deny, and what must be readable', () => {
    const deny = policies([{ Sid: 'Never', Effect: 'Deny', Action: '*', Resource: '*' }]);
    const broken = compilePolicySet([compilePolicyText('{', { id: 'broken', type: 'session' })]);
    expect(decoded(verdictOf({ identity: deny, session: broken })).smallestChange.items).toEqual([
      {
        layer: 'session',
        unreadablePolicies: { items: [{ value: 'broken' }] },
        allow: { action: 'iam:GetUser', resource: `arn:aws:iam::${OWN}:user/bob` },
      },
      {
        layer: 'identity',
        withoutDeny: { items: [{ statementId: 'Never', policy: 'own' }] },
        allow: { action: 'iam:GetUser', resource: `arn:aws:iam::${OWN}:user/bob` },
      },
    ]);
  });

  test('a service control policy is reported with its level in the organisation', () => {
    const everything = policies([{ Effect: 'Allow', Action: '*', Resource: '*' }]);
    const said = decoded(verdictOf({ identity: everything, serviceControl: [everything, NOTHING] }));
    expect(said).toMatchObject({ layer: 'scp', level: 1, cause: 'no-allow' });
    expect(said.smallestChange.items).toMatchObject([{ layer: 'scp', level: 1, allow: { action: 'iam:GetUser' } }]);
  });

  test('is computed for at most 50 ms of each second; further messages omit it', () => {
    let at = 0;
    let takes = 10;
    // asked before and after
    const times = [() => at, () => (at += takes)];
    let asked = 0;
    const elapsed = (): number => (times[asked++ % 2] as () => number)();
    const hurried = authorizationMessages({ keyRing, random: systemRandom(), elapsed });
    asked = 0;
    const verdict = verdictOf({ identity: NOTHING });
    const isExplained = (): boolean => {
      const said = JSON.parse(hurried.decode(hurried.encode(verdict) ?? '', OWN));
      expect(said).toMatchObject({ layer: 'identity', context: { action: 'iam:GetUser' } });
      // where it was not worked out, nobody asked how long that took
      asked = 0;
      return said.smallestChange.items.length > 0;
    };
    expect(Array.from({ length: 8 }, isExplained)).toEqual([true, true, true, true, true, true, false, false]);
    at += 1000;
    expect(isExplained()).toBe(true);
    // what took longer than there was is paid back first
    takes = 3000;
    expect(isExplained()).toBe(true);
    at += 55_000;
    expect(isExplained()).toBe(false);
    at += 2000;
    expect(isExplained()).toBe(true);
  });
});

describe('[S46] a resource of another account', () => {
  const target = { ...TARGET, resource: `arn:aws:iam::${OTHER}:role/theirs`, resourceAccountId: OTHER };
  const trust: PolicySource = { id: target.resource, type: 'trust' };
  const theirs = policies([{ Sid: 'Theirs', Effect: 'Deny', Principal: '*', Action: '*' }], trust);

  test('neither the statements of its policy nor its tags are disclosed to the caller’s account', () => {
    const verdict = verdictOf({ identity: NOTHING, resource: { kind: 'trust', policies: theirs } }, { target });
    const text = messages.decode(encode(verdict), OWN);
    expect(JSON.parse(text)).toMatchObject({ explicitDeny: true, layer: 'trust', matchedStatements: { items: [] } });
    expect(text).not.toMatch(/Theirs|ResourceTag|ann/);
    expect(JSON.parse(text).smallestChange.items).toContainEqual({
      layer: 'trust',
      allow: { action: 'iam:GetUser', principal: alice.arn },
    });
  });

  test('not even by what did not match in the caller’s own statements', () => {
    const Condition = { StringEquals: { 'AWS:resourcetag/owner': 'zoe' } };
    const identity = policies([{ Effect: 'Allow', Action: '*', Resource: '*', Condition }]);
    const allowing = policies([{ Effect: 'Allow', Principal: { AWS: OWN }, Action: '*' }], trust);
    const verdict = verdictOf({ identity, resource: { kind: 'trust', policies: allowing } }, { target });
    expect(decoded(verdict).nearStatements.items).toHaveLength(1);
    expect(messages.decode(encode(verdict), OWN)).not.toContain('ann');
  });
});

describe('[S46] what the resource’s owner decided is disclosed only if the caller was told', () => {
  test('a denial in one of the caller’s layers discloses nothing of the other account’s', () => {
    const target = { ...TARGET, resource: `arn:aws:iam::${OTHER}:role/theirs`, resourceAccountId: OTHER };
    const identity = policies([{ Effect: 'Deny', Action: '*', Resource: '*' }]);
    const trust = policies([{ Effect: 'Allow', Principal: { AWS: OTHER }, Action: '*' }], { id: 'x', type: 'trust' });
    const said = decoded(verdictOf({ identity, resource: { kind: 'trust', policies: trust } }, { target }));
    expect(said.layer).toBe('identity');
    expect(said.smallestChange.items.map(({ layer }: { layer: string }) => layer)).toEqual(['identity']);
  });
});

describe('the seal', () => {
  const denied = () => verdictOf({ identity: NOTHING });

  test('a message can be decoded only in the account of the denied caller', () => {
    const message = encode(denied());
    expect(() => messages.decode(message, OTHER)).toThrow(invalid);
    expect(messages.decode(message, OWN)).toContain(alice.arn);
  });

  test('a message with any character changed is invalid', () => {
    const message = encode(denied());
    for (let at = 0; at < message.length; at++) {
      const changed = message[at] === 'A' ? 'B' : 'A';
      expect(() => messages.decode(message.slice(0, at) + changed + message.slice(at + 1), OWN)).toThrow(invalid);
    }
  });

  test.each(['x', 'AQ', '!', 'AQ=='.repeat(30), `AQ${'A'.repeat(200)}`])('%j is invalid', (message) => {
    expect(() => messages.decode(message, OWN)).toThrow(invalid);
  });

  test('nothing in it is readable, and no two are alike', () => {
    const [first, second] = [encode(denied()), encode(denied())];
    expect(first).not.toBe(second);
    const bytes = Buffer.from(first, 'base64url').toString('latin1');
    for (const hidden of ['alice', OWN, 'GetUser', 'aws:']) expect(bytes).not.toContain(hidden);
  });

  test('its length does not reveal how much it contains', () => {
    const statement = (Sid: string, Resource: string[]) => ({ Sid, Effect: 'Deny', Action: '*', Resource });
    const short = encode(verdictOf({ identity: policies([statement('a', ['*'])]) }));
    const long = encode(verdictOf({ identity: policies([statement('abcdefgh', ['*', 'arn:aws:iam::*:user/b*'])]) }));
    expect(long).toHaveLength(short.length);
  });

  test('it survives restarts and the rotation of all keys', async () => {
    const message = encode(denied());
    now += 60 * DAY;
    await keyRing.rotate();
    await keyRing.rotateDataKey();
    keyRing.close();
    await openKeys();
    expect(messages.decode(message, OWN)).toContain(alice.arn);
  });
});

describe('[STS DecodeAuthorizationMessage] a message has at most 10,240 characters', () => {
  const many = (count: number, length: number) =>
    Array.from({ length: count }, (_, index) => ({
      key: `key-${index}-`.padEnd(length, 'k'),
      value: 'ü'.repeat(length),
    }));

  test.each([
    ['50 tags of 20 characters', many(50, 20)],
    ['50 tags of 128 characters', many(50, 128)],
    ['150 tags of 256 characters', many(150, 256)],
  ])('%s', (_name, principalTags) => {
    const message = encode(verdictOf({ identity: NOTHING }, { principalTags }));
    expect(message.length).toBeLessThanOrEqual(10_240);
    expect(JSON.parse(messages.decode(message, OWN)).context.conditions.items.length).toBeGreaterThan(20);
  });

  test('the largest possible policy', () => {
    const Resource = Array.from({ length: 100 }, (_, index) => `arn:aws:iam::*:user/*${'é'.repeat(100)}${index}`);
    const Condition = { StringLike: { 'aws:UserAgent': ['*', ...Resource] } };
    const verdict = verdictOf({
      identity: policies([{ Effect: 'Deny', Action: '*', Resource: ['*', ...Resource], Condition }]),
    });
    const message = encode(verdict);
    expect(message.length).toBeLessThanOrEqual(10_240);
    expect(JSON.parse(messages.decode(message, OWN)).matchedStatements.items).toHaveLength(1);
  });

  test('a denial that cannot be shortened enough has no message', () => {
    const target = { ...TARGET, action: `iam:${'x'.repeat(8000)}` };
    expect(messages.encode(verdictOf({ identity: NOTHING }, { target }))).toBeUndefined();
  });
});
