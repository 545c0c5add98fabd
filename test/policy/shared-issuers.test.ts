import { describe, expect, test } from '@jest/globals';
import { compilePolicy } from '../../src/policy/compile/compile-policy.ts';
import { parseDocument } from '../../src/policy/document/parse-document.ts';
import { requireValidPolicy } from '../../src/policy/validate/require-valid-policy.ts';
import { checkSharedIssuers } from '../../src/policy/validate/shared-issuers.ts';

const GITHUB = 'token.actions.githubusercontent.com';
const arn = (issuer: string): string => `arn:aws:iam::111122223333:oidc-provider/${issuer}`;

interface Statement {
  readonly principal?: object;
  readonly effect?: string;
  readonly action?: string | readonly string[];
  readonly notAction?: string;
  readonly condition?: object;
}

function save({
  principal = { Federated: arn(GITHUB) },
  effect = 'Allow',
  action = 'sts:AssumeRoleWithWebIdentity',
  notAction,
  condition,
}: Statement) {
  const statement = {
    Effect: effect,
    Principal: principal,
    ...(notAction === undefined ? { Action: action } : { NotAction: notAction }),
    ...(condition && { Condition: condition }),
  };
  return () => requireValidPolicy(JSON.stringify({ Version: '2012-10-17', Statement: statement }), 'trust');
}

const sub = `${GITHUB}:sub`;

describe('[IAM user guide, identity-provider controls for shared OIDC providers] a trust policy', () => {
  test.each<[string, string]>([
    [GITHUB, sub],
    ['vstoken.actions.githubusercontent.com', 'vstoken.actions.githubusercontent.com:sub'],
    ['oidc-configuration.audit-log.githubusercontent.com', 'oidc-configuration.audit-log.githubusercontent.com:sub'],
    ['gitlab.com', 'gitlab.com:sub'],
    ['agent.buildkite.com', 'agent.buildkite.com:sub'],
    ['app.terraform.io', 'app.terraform.io:sub'],
    ['oidc.codefresh.io', 'oidc.codefresh.io:sub'],
    ['studio.datachain.ai/api', 'studio.datachain.ai/api:sub'],
    ['scalr.io', 'scalr.io:sub'],
    ['tokens.cloud.shisho.dev', 'tokens.cloud.shisho.dev:sub'],
    ['proidc.upbound.io', 'proidc.upbound.io:sub'],
    ['api.pulumi.com/oidc', 'api.pulumi.com/oidc:aud'],
    ['sandboxes.cloud', 'sandboxes.cloud:aud'],
    ['oidc.vercel.com', 'oidc.vercel.com:aud'],
    ['sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d', 'sts:RoleSessionName'],
  ])('that trusts %s must test %s', (issuer, key) => {
    const principal = { Federated: arn(issuer) };
    const another = key.endsWith(':sub') ? `${issuer}:aud` : `${issuer}:sub`;
    for (const condition of [undefined, { StringEquals: { [another]: 'value' } }]) {
      expect(save({ principal, condition: condition as object })).toThrow(
        `The provider ${issuer} serves many organizations, so the statement must restrict ${key} to values that are not only wildcards (line 1, column`,
      );
    }
    expect(save({ principal, condition: { StringEquals: { [key]: 'value' } } })).not.toThrow();
  });

  test('that trusts Cognito must test the audience, in AWS’s words', () => {
    const principal = { Federated: 'cognito-identity.amazonaws.com' };
    expect(save({ principal })).toThrow('A condition block must be present for the Cognito provider');
    const condition = { StringEquals: { 'cognito-identity.amazonaws.com:aud': 'eu-central-1:pool' } };
    expect(save({ principal, condition })).not.toThrow();
  });

  test.each<[string, object]>([
    ['StringLike', { StringLike: { [sub]: 'repo:acme/*' } }],
    ['StringEqualsIgnoreCase', { StringEqualsIgnoreCase: { [sub]: 'repo:acme/app:ref:refs/heads/main' } }],
    ['the key in another case', { StringEquals: { [sub.toUpperCase()]: 'x' } }],
    ['several values', { StringLike: { [sub]: ['repo:acme/*', 'repo:other/*'] } }],
    ['ForAnyValue', { 'ForAnyValue:StringLike': { [sub]: 'repo:acme/*' } }],
  ])('is saved: %s', (_name, condition) => {
    expect(save({ condition })).not.toThrow();
  });

  test.each<[string, object]>([
    ['only wildcards', { StringLike: { [sub]: '*' } }],
    ['only wildcards of both kinds', { StringLike: { [sub]: '?*' } }],
    ['one value that is only wildcards', { StringLike: { [sub]: ['repo:acme/*', '*'] } }],
    ['an empty value', { StringLike: { [sub]: '' } }],
    ['ForAllValues, which a missing claim satisfies', { 'ForAllValues:StringLike': { [sub]: 'repo:acme/*' } }],
    ['IfExists, which a missing claim satisfies', { StringLikeIfExists: { [sub]: 'repo:acme/*' } }],
    ['a negated operator', { StringNotEquals: { [sub]: 'repo:evil/app' } }],
    ['Null', { Null: { [sub]: 'false' } }],
    ['the key of another issuer', { StringEquals: { 'gitlab.com:sub': 'x' } }],
  ])('is refused: %s', (_name, condition) => {
    expect(save({ condition })).toThrow(expect.objectContaining({ code: 'MalformedPolicyDocument' }));
  });

  test('that was saved earlier keeps working: only saving it again is refused', () => {
    const text = JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Principal: { Federated: arn(GITHUB) }, Action: 'sts:AssumeRoleWithWebIdentity' },
    });
    expect(compilePolicy(parseDocument(text), { id: 'trust', type: 'trust' }).error).toBeUndefined();
    expect(() => requireValidPolicy(text, 'trust')).toThrow(/must restrict/);
  });

  test.each<[string, Statement, boolean]>([
    ['an action pattern that includes tokens', { action: 'sts:AssumeRole*' }, true],
    ['one of several actions', { action: ['sts:TagSession', 'STS:AssumeRoleWithWebIdentity'] }, true],
    ['one of several providers', { principal: { Federated: [arn('ci.example.com'), arn(GITHUB)] } }, true],
    ['other actions', { action: 'sts:TagSession' }, false],
    ['NotAction that allows tokens', { notAction: 'sts:AssumeRole' }, true],
    ['NotAction that excludes tokens', { notAction: 'sts:AssumeRoleWith*' }, false],
    ['a Deny', { effect: 'Deny' }, false],
    ['an issuer of one organisation', { principal: { Federated: arn(`${GITHUB}/enterprise`) } }, false],
    ['another kind of principal', { principal: { AWS: '111122223333' }, action: 'sts:AssumeRole*' }, false],
  ])('[S45] %s', (_name, statement, isRefused) => {
    if (isRefused) expect(save(statement)).toThrow(/must restrict/);
    else expect(save(statement)).not.toThrow();
  });

  test('without principals or actions is left to the other rules', () => {
    for (const member of ['"Action":"sts:*"', '"Principal":{"AWS":"111122223333"}']) {
      const text = `{"Version":"2012-10-17","Statement":{"Effect":"Allow",${member}}}`;
      expect(() =>
        checkSharedIssuers(parseDocument(text), (problem) => {
          throw new Error(problem);
        }),
      ).not.toThrow();
      expect(() => requireValidPolicy(text, 'trust')).toThrow(/Missing required field/);
    }
  });
});
