import {
  CreatePolicyCommand,
  DeletePolicyCommand,
  GetPolicyCommand,
  PutUserPolicyCommand,
  TagPolicyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decideTarget } from '../../src/authorize/decide-target.ts';
import { TagReadings } from '../../src/authorize/tag-readings.ts';
import { compileLayers, pairArbitrary } from '../policy/generated.ts';
import { referenceAllows } from '../reference/evaluate.ts';
import { allow, makeUser, refusal } from '../sts/people.ts';
import { generatedCases } from '../support/generated-cases.ts';
import { ACCOUNT_ID, type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';

const OWNER = { Key: 'Owner', Value: 'ann' };
const owner = { Key: 'owner', Value: 'alice' };
const policyArn = (name: string) => `arn:aws:iam::${ACCOUNT_ID}:policy/${name}`;

describe('[S44] of two tags whose keys differ only in case, the one less favourable to the caller applies', () => {
  let server: InProcessServer;
  let alice: Key;
  beforeAll(async () => {
    server = await startInProcess();
    alice = await makeUser(server, 'alice');
    for (const [name, Tags] of [
      ['theirs-first', [OWNER, owner]],
      ['mine-first', [owner, OWNER]],
      ['mine', [owner]],
    ] as const) {
      const input = { PolicyName: name, PolicyDocument: allow('s3:GetObject'), Tags: [...Tags] };
      await server.iam().send(new CreatePolicyCommand(input));
    }
  });
  afterAll(() => server.close());

  async function mayRead(statement: object, name: string): Promise<boolean> {
    const everything = { Effect: 'Allow', Action: '*', Resource: '*' };
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [everything, statement] });
    await server.iam().send(new PutUserPolicyCommand({ UserName: 'alice', PolicyName: 'own', PolicyDocument }));
    const get = server.iam(alice).send(new GetPolicyCommand({ PolicyArn: policyArn(name) }));
    return get.then(
      () => true,
      (error: Error) => {
        expect(error.name).toBe('AccessDenied');
        return false;
      },
    );
  }

  const deny = (operator: string, value: string) => ({
    Effect: 'Deny',
    Action: 'iam:GetPolicy',
    Resource: '*',
    Condition: { [operator]: { 'aws:ResourceTag/Owner': value } },
  });
  test.each([
    ['StringEquals', 'ann'],
    ['StringEquals', 'alice'],
    ['StringNotEquals', 'alice'],
    ['StringNotEquals', 'ann'],
    ['StringLike', 'an*'],
    ['StringNotEquals', '${aws:username}'],
  ])('a Deny by %s %s applies if it matches one of them', async (operator, value) => {
    expect(await mayRead(deny(operator, value), 'theirs-first')).toBe(false);
    expect(await mayRead(deny(operator, value), 'mine-first')).toBe(false);
  });

  test('a Deny that matches neither denies nothing, and a single tag works as usual', async () => {
    expect(await mayRead(deny('StringEquals', 'carol'), 'mine-first')).toBe(true);
    expect(await mayRead(deny('StringEquals', 'ann'), 'mine')).toBe(true);
    expect(await mayRead(deny('StringEquals', 'alice'), 'mine')).toBe(false);
  });

  test('a Deny whose variable is such a tag applies if one of them makes it match', async () => {
    const Condition = { StringEquals: { 'aws:username': '${aws:ResourceTag/owner}' } };
    const statement = { Effect: 'Deny', Action: 'iam:GetPolicy', Resource: '*', Condition };
    expect(await mayRead(statement, 'theirs-first')).toBe(false);
    expect(await mayRead(statement, 'mine-first')).toBe(false);
  });

  test('an Allow for one’s own resources does not apply to one that is also tagged as another’s', async () => {
    const Condition = { StringEquals: { 'aws:ResourceTag/owner': 'alice' } };
    const PolicyDocument = allow('iam:GetPolicy', '*', { Condition });
    await server.iam().send(new PutUserPolicyCommand({ UserName: 'alice', PolicyName: 'own', PolicyDocument }));
    const get = (name: string) => server.iam(alice).send(new GetPolicyCommand({ PolicyArn: policyArn(name) }));
    expect((await get('mine')).Policy?.PolicyName).toBe('mine');
    for (const name of ['theirs-first', 'mine-first']) expect((await refusal(get(name))).name).toBe('AccessDenied');
  });

  test('tags of a request are treated alike', async () => {
    const Condition = { StringEquals: { 'aws:RequestTag/Owner': 'ann' } };
    const statement = { Effect: 'Deny', Action: ['iam:CreatePolicy', 'iam:TagPolicy'], Resource: '*', Condition };
    await mayRead(statement, 'mine');
    for (const Tags of [
      [OWNER, owner],
      [owner, OWNER],
    ]) {
      const make = new CreatePolicyCommand({ PolicyName: 'new', PolicyDocument: allow('s3:GetObject'), Tags });
      expect((await refusal(server.iam(alice).send(make))).name).toBe('AccessDenied');
      const tag = new TagPolicyCommand({ PolicyArn: policyArn('mine'), Tags });
      expect((await refusal(server.iam(alice).send(tag))).name).toBe('AccessDenied');
    }
  });

  test('too many such tags in one decision deny', async () => {
    const keys = Array.from({ length: 25 }, (_, index) => `k${index}`);
    const Tags = keys.flatMap((key) => [
      { Key: key, Value: 'a' },
      { Key: key.toUpperCase(), Value: 'b' },
    ]);
    await server
      .iam()
      .send(new CreatePolicyCommand({ PolicyName: 'many', PolicyDocument: allow('s3:GetObject'), Tags }));
    const Condition = { StringLike: Object.fromEntries(keys.map((key) => [`aws:ResourceTag/${key}`, '*'])) };
    expect(await mayRead({ Effect: 'Allow', Action: 'iam:GetPolicy', Resource: '*', Condition }, 'many')).toBe(true);
    const PolicyDocument = allow('iam:*', '*', { Condition });
    await server.iam().send(new PutUserPolicyCommand({ UserName: 'alice', PolicyName: 'own', PolicyDocument }));
    const drop = new DeletePolicyCommand({ PolicyArn: policyArn('many') });
    expect((await refusal(server.iam(alice).send(drop))).name).toBe('AccessDenied');
  });
});

test('[S44] a request with such tags is allowed only if the reference evaluator allows it with each of them', () => {
  const values = fc.uniqueArray(fc.constantFrom('alice', 'bob', 'a*', ''), { minLength: 2, maxLength: 3 });
  fc.assert(
    fc.property(pairArbitrary, values, values, ({ request, layers }, teams, names) => {
      const choices = { 'aws:principaltag/team': teams, 'x:text': names } as Readonly<Record<string, string[]>>;
      const readings = new TagReadings();
      const get = (key: string) => {
        const found = choices[key];
        return found === undefined ? request.context.get(key) : readings.choose(key, found);
      };
      const context = { get, nextReading: () => readings.next() };
      const { allowed } = decideTarget({ ...request, context }, compileLayers(layers), {});
      const readingsOfAll = teams.flatMap((team) => names.map((name) => [team, name] as const));
      const expected = readingsOfAll.every(([team, name]) => {
        const chosen = new Map([...request.context, ['aws:principaltag/team', team], ['x:text', name]]);
        return referenceAllows({ ...request, context: chosen as typeof request.context }, layers);
      });
      expect(allowed).toBe(expected);
    }),
    { numRuns: generatedCases(2000) },
  );
});
