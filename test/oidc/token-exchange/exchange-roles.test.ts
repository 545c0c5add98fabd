import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import aws4 from 'aws4';
import { ACCOUNT_ID, type Key } from '../../support/in-process-server.ts';
import {
  ACCESS,
  type Answer,
  BILLING,
  claimsOf,
  type ExchangeScene,
  FOR_ORDERS,
  ID,
  IDENTITY,
  JWT,
  openExchangeScene,
  ROLE,
  subject,
} from './exchange-scene.ts';

let scene: ExchangeScene;
let provider: string;
beforeAll(async () => {
  scene = await openExchangeScene();
  const { iam, server } = scene;
  await scene.addPerson('alice');
  const issuer = `${server.url}/oidc`;
  const host = issuer.replace('http://', '');
  provider = `arn:aws:iam::${ACCOUNT_ID}:oidc-provider/${host}`;
  await iam.createOpenIDConnectProvider({
    Url: issuer,
    ClientIDList: ['orders', 'web'],
    ThumbprintList: ['a'.repeat(40)],
  });
  await makeRole('reports', { Federated: provider }, 'sts:AssumeRoleWithWebIdentity', {
    StringEquals: { [`${host}:aud`]: 'orders', [`${host}:act.sub`]: 'orders' },
  });
  await makeRole('guarded', { Federated: provider }, 'sts:AssumeRoleWithWebIdentity');
  await makeRole('batch', { AWS: `arn:aws:iam::${ACCOUNT_ID}:root` }, 'sts:AssumeRole');
  await scene.rolecall('SetPrivileged', { Arn: roleArn('guarded'), Privileged: true });
});
afterAll(async () => {
  expect(scene.server.errors).toEqual([]);
  await scene.close();
});

const roleArn = (name: string): string => `arn:aws:iam::${ACCOUNT_ID}:role/${name}`;
const policy = (statement: object): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });

async function makeRole(RoleName: string, Principal: object, Action: string, Condition?: object): Promise<void> {
  await scene.iam.createRole({
    RoleName,
    AssumeRolePolicyDocument: policy({ Principal, Action, ...(Condition && { Condition }) }),
  });
}

function keyOf(answer: Readonly<Record<string, unknown>>): Key {
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken } = answer as Record<string, string>;
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...(SessionToken !== undefined && { sessionToken: SessionToken }),
  };
}

const identityOf = async (key: Key): Promise<string> =>
  scene
    .clientsOf(key)
    .sts.getCallerIdentity({})
    .then(
      ({ Arn = '' }) => Arn,
      ({ name }: Error) => name,
    );

describe('a token of a person for credentials of a role, in one call', () => {
  const ask = (client: string, given: Record<string, string>, role = 'reports', more = {}) =>
    scene.exchange(client, { ...given, requested_token_type: ROLE, resource: roleArn(role), ...more });

  test('access tokens of both kinds and ID tokens; N_A, and credential_process reads it', async () => {
    const plain = await scene.logIn('alice');
    const service = await scene.logIn('alice', { more: FOR_ORDERS });
    for (const given of [subject(plain.access_token), subject(service.access_token), subject(plain.id_token, ID)]) {
      const { status, body, headers } = await ask('orders', given, 'reports', { duration_seconds: '900' });
      expect({ status, body }).toMatchObject({
        status: 200,
        body: { Version: 1, issued_token_type: ROLE, token_type: 'N_A', access_token: body['SessionToken'] },
      });
      expect(headers.get('cache-control')).toContain('no-store');
      expect(Number(body['expires_in'])).toBeGreaterThan(890);
      expect(Number(body['expires_in'])).toBeLessThanOrEqual(900);
      expect(await identityOf(keyOf(body))).toBe(`arn:aws:sts::${ACCOUNT_ID}:assumed-role/reports/alice`);
    }
  });

  test('[S10] a token of outbound federation, even of the same server, is no subject', async () => {
    await scene.iam.enableOutboundWebIdentityFederation({});
    const { sts } = scene.clientsOf(scene.server.admin);
    const outbound = await sts.getWebIdentityToken({ Audience: ['orders'], SigningAlgorithm: 'RS256' });
    for (const type of [ACCESS, ID, JWT]) {
      const answer = await ask('orders', subject(outbound.WebIdentityToken, type));
      expect([answer.status, type]).toEqual([400, type]);
    }
  });

  test('the role’s trust policy decides: its client, its actor; nothing else is told', async () => {
    const { access_token: token } = await scene.logIn('alice');
    const ofWeb = await ask('web', subject(token));
    const none = await ask('orders', subject(token), 'no-such-role');
    const refused = { status: 400, body: { error: 'invalid_target', error_description: ofWeb.body.error_description } };
    expect([ofWeb, none]).toMatchObject([refused, refused]);
    expect(await ask('stranger', subject(token))).toMatchObject({ body: { error: 'invalid_request' } });
    expect(await ask('orders', subject(token), 'reports', { scope: 'openid' })).toMatchObject({
      body: { error: 'invalid_request' },
    });
    expect(await ask('orders', subject(token), 'reports', { audience: 'orders' })).toMatchObject({
      body: { error: 'invalid_target' },
    });
    expect(await ask('orders', subject(token), 'reports', { resource: BILLING })).toMatchObject({
      body: { error: 'invalid_target' },
    });
    expect(await ask('orders', subject(token), 'reports', { duration_seconds: '999999' })).toMatchObject({
      body: { error: 'invalid_request' },
    });
  });

  test('[RFC 9470 §3] a privileged role answers with the sign-in that would do', async () => {
    const { access_token: token } = await scene.logIn('alice');
    const { status, body, headers } = await ask('orders', subject(token), 'guarded');
    expect({ status, body }).toMatchObject({
      status: 401,
      body: { error: 'insufficient_user_authentication', acr_values: expect.any(String) },
    });
    expect(headers.get('www-authenticate')).toMatch(
      /^Bearer error="insufficient_user_authentication", acr_values="\w+", max_age="\d+"$/,
    );
  });

  test('[S36] the session ends with the login', async () => {
    await scene.addPerson('bob');
    const { access_token: token } = await scene.logIn('bob');
    const key = keyOf((await ask('orders', subject(token))).body);
    expect(await identityOf(key)).toContain('/reports/bob');
    await scene.rolecall('EndUserSessions', { UserName: 'bob' });
    expect(await identityOf(key)).toBe('InvalidClientTokenId');
    expect((await ask('orders', subject(token))).body.error).toBe('invalid_request');
  });
});

interface Signing {
  readonly audience?: string;
  readonly query?: string;
  readonly host?: string;
  readonly service?: string;
  readonly at?: Date;
  readonly header?: boolean;
}

/**
 * How often {@link presigned} and {@link posted} have signed. A signature is accepted once, and two signatures of one second would be the
 * same, so each has a number of its own in what it signs.
 */
let signed = 0;

/** A presigned URL, as `aws-iam-authenticator` and the SDKs' presigners make one. */
function presigned(key: Key, signing: Signing = {}): string {
  const {
    host = new URL(scene.server.url).host,
    query = 'Action=GetCallerIdentity&Version=2011-06-15',
    service = 'sts',
  } = signing;
  const { audience = 'orders', at = new Date(), header = true } = signing;
  const date = at.toISOString().replace(/[-:]|\.\d+/g, '');
  const request = {
    host,
    path: `/?${query}&X-Amz-Expires=${900 + ++signed}&X-Amz-Date=${date}`,
    service,
    region: 'us-east-1',
    signQuery: true,
    headers: { Host: host, ...(header && { 'x-rolecall-audience': audience }) },
  };
  const { path } = aws4.sign(request as never, key) as unknown as { path: string };
  return `http://${host}${path}`;
}

/** The same as a client of HashiCorp Vault sends it. */
function posted(key: Key, more: Record<string, string> = {}): string {
  const { host } = new URL(scene.server.url);
  const body = 'Action=GetCallerIdentity&Version=2011-06-15';
  const headers = {
    Host: host,
    'Content-Type': 'application/x-www-form-urlencoded',
    'X-Rolecall-Audience': 'orders',
    'X-Number': String(++signed),
    ...more,
  };
  const request = { method: 'POST', host, path: '/', service: 'sts', region: 'us-east-1', body, headers };
  const sent = aws4.sign(request, key) as unknown as { headers: object };
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const json = {
    iam_http_request_method: 'POST',
    iam_request_url: base64(`${scene.server.url}/`),
    iam_request_body: base64(body),
    iam_request_headers: base64(
      JSON.stringify(Object.fromEntries(Object.entries(sent.headers).map(([name, value]) => [name, String(value)]))),
    ),
  };
  return Buffer.from(JSON.stringify(json)).toString('base64url');
}

describe('a presigned GetCallerIdentity for an access token', () => {
  const APPLICATION = `arn:aws:rolecall::${ACCOUNT_ID}:application/orders`;
  const SERVICE = `arn:aws:rolecall::${ACCOUNT_ID}:resource/${BILLING}`;
  let key: Key;
  let userId: string;
  const give = (statement: object) =>
    scene.iam.putUserPolicy({
      UserName: 'job',
      PolicyName: 'tokens',
      PolicyDocument: policy({ Action: 'rolecall:GetAccessToken', ...statement }),
    });
  const ask = (
    sent: string,
    more: Record<string, string> = { resource: BILLING, scope: 'billing:pay' },
    client = 'orders',
  ): Promise<Answer> => scene.exchange(client, { ...subject(sent, IDENTITY), ...more });
  const refused = (error: string) => ({ status: 400, body: { error } });

  beforeAll(async () => {
    const { User } = await scene.iam.createUser({ UserName: 'job' });
    userId = User?.UserId ?? '';
    const { AccessKey } = await scene.iam.createAccessKey({ UserName: 'job' });
    key = keyOf(AccessKey as never);
    const { sessionToken: _, ...longTerm } = key;
    key = longTerm as Key;
    await give({
      Resource: SERVICE,
      Condition: {
        StringEquals: { 'rolecall:ClientId': 'orders' },
        'ForAllValues:StringEquals': { 'rolecall:Scope': ['billing:pay'] },
      },
    });
  });

  test('all three forms; the subject is the user, with its ARN and account', async () => {
    const url = presigned(key);
    for (const sent of [url, `k8s-aws-v1.${Buffer.from(presigned(key)).toString('base64url')}`, posted(key)]) {
      const answer = await ask(sent);
      expect(answer).toMatchObject({
        status: 200,
        body: { issued_token_type: ACCESS, token_type: 'Bearer', scope: 'billing:pay' },
      });
      expect(claimsOf(answer)).toMatchObject({
        sub: userId,
        aud: BILLING,
        client_id: 'orders',
        arn: `arn:aws:iam::${ACCOUNT_ID}:user/job`,
        account_id: ACCOUNT_ID,
      });
      // Used once, in whatever form.
      expect(await ask(sent)).toMatchObject(refused('invalid_request'));
    }
    expect(await ask(`k8s-aws-v1.${Buffer.from(url).toString('base64url')}`)).toMatchObject(refused('invalid_request'));
  });

  test('only what the policies allow: the service, the client, the scopes', async () => {
    expect(await ask(presigned(key), { resource: BILLING })).toMatchObject(refused('invalid_target'));
    expect(await ask(presigned(key), { resource: BILLING, scope: 'orders:read' })).toMatchObject(
      refused('invalid_target'),
    );
    expect(await ask(presigned(key), {})).toMatchObject(refused('invalid_target'));
    expect(await ask(presigned(key), { resource: BILLING, scope: 'other' })).toMatchObject(refused('invalid_scope'));
    expect(
      await ask(presigned(key, { audience: 'support' }), { resource: BILLING, scope: 'billing:pay' }, 'support'),
    ).toMatchObject(refused('invalid_target'));
    expect(await ask(presigned(key), { requested_token_type: ROLE, resource: roleArn('batch') })).toMatchObject(
      refused('invalid_request'),
    );
  });

  test('[S42] only a fresh signature of exactly this request, for this server and this client', async () => {
    const old = (seconds: number) => new Date(Date.now() - seconds * 1000);
    const wrong = [
      // First, before that time comes.
      presigned(key, { at: old(-30) }),
      presigned(key, { audience: 'stranger' }),
      presigned(key, { header: false }),
      presigned(key, { host: 'sts.amazonaws.com' }),
      presigned(key, { host: '169.254.169.254' }),
      presigned(key, { service: 'iam' }),
      presigned(key, { at: old(75) }),
      presigned(key, { query: 'Action=GetSessionToken&Version=2011-06-15' }),
      presigned(key, { query: 'Action=GetCallerIdentity&Version=2011-06-15&Action=GetCallerIdentity' }),
      presigned(key, { query: 'Action=GetCallerIdentity&Version=2011-06-15&x=1' }),
      `${presigned(key)}&x=1`,
      presigned(key).replace('/?', '/sts?'),
      presigned(key).replace('http://', 'http://user@'),
      presigned(key).replace('http://', 'https://'),
      `${presigned(key)}#x`,
      presigned({ ...key, secretAccessKey: 'x'.repeat(40) } as Key),
      posted(key, { 'X-Rolecall-Audience': 'stranger' }),
      posted(key, { Host: 'other.example' }),
    ];
    for (const sent of wrong) expect(await ask(sent)).toMatchObject(refused('invalid_request'));
    // The signature of another client's request does not serve this one.
    expect(await ask(presigned(key), { resource: BILLING, scope: 'billing:pay' }, 'support')).toMatchObject(
      refused('invalid_request'),
    );
    // Within the minute, however long this test has taken.
    expect((await ask(presigned(key, { at: old(15) }))).status).toBe(200);
  });

  test('a role session, whose token ends with it, with the role and with the permission', async () => {
    await scene.iam.putRolePolicy({
      RoleName: 'batch',
      PolicyName: 'tokens',
      PolicyDocument: policy({ Action: 'rolecall:GetAccessToken', Resource: APPLICATION }),
    });
    const assume = async () => {
      const { Credentials } = await scene
        .clientsOf(scene.server.admin)
        .sts.assumeRole({ RoleArn: roleArn('batch'), RoleSessionName: 'night', DurationSeconds: 900 });
      return keyOf(Credentials as never);
    };
    const token = async () => (await ask(presigned(await assume()), {})).body.access_token ?? '';
    const active = async (given: string) => await scene.introspect('orders', given);
    const [first, second] = [await token(), await token()];
    expect(await active(first)).toMatchObject({
      active: true,
      sub: expect.stringMatching(/^AROA\w+:night$/),
      arn: `arn:aws:sts::${ACCOUNT_ID}:assumed-role/batch/night`,
    });
    const signed = await ask(presigned(await assume()), { requested_token_type: JWT });
    expect(Number(signed.body['expires_in'])).toBeLessThanOrEqual(600);
    // As AWS's console revokes the sessions of a role.
    const denied = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Deny',
          Action: '*',
          Resource: '*',
          Condition: { DateLessThan: { 'aws:TokenIssueTime': new Date(Date.now() + 5000).toISOString() } },
        },
      ],
    };
    await scene.iam.putRolePolicy({ RoleName: 'batch', PolicyName: 'revoked', PolicyDocument: JSON.stringify(denied) });
    expect(await active(first)).toEqual({ active: false });
    await scene.iam.deleteRolePolicy({ RoleName: 'batch', PolicyName: 'revoked' });
    expect(await active(first)).toMatchObject({ active: true });
    await scene.iam.deleteRolePolicy({ RoleName: 'batch', PolicyName: 'tokens' });
    expect(await active(first)).toEqual({ active: false });
    await scene.iam.deleteRole({ RoleName: 'batch' });
    expect(await active(second)).toEqual({ active: false });
  });

  test('[S18] what it got for one party is exchanged for another only if its policies allow that, too', async () => {
    await give({ Resource: APPLICATION });
    const { access_token: token } = (await ask(presigned(key), {})).body;
    const forBilling = () => scene.exchange('orders', { ...subject(token), resource: BILLING });
    expect(await forBilling()).toMatchObject(refused('invalid_target'));
    expect(await scene.exchange('orders', { ...subject(token), audience: 'ledger' })).toMatchObject(
      refused('invalid_target'),
    );
    expect((await scene.exchange('ledger', subject(token))).body.error).toBe('invalid_target');
    // For the same party, it is what the principal may have already.
    const again = await scene.exchange('orders', subject(token));
    expect(again.status).toBe(200);
    await give({ Resource: [SERVICE, APPLICATION] });
    expect(claimsOf(await forBilling())).toMatchObject({ sub: userId, aud: BILLING });
    // Without the first permission, there is nothing to exchange.
    await give({ Resource: SERVICE });
    expect(await forBilling()).toMatchObject(refused('invalid_request'));
    expect(await scene.introspect('orders', again.body.access_token ?? '')).toEqual({ active: false });
  });

  test('[S36] what a disabled user got ends, and the key proves nothing any more', async () => {
    await give({ Resource: [SERVICE, APPLICATION] });
    const { access_token: token = '' } = (await ask(presigned(key), {})).body;
    expect((await scene.introspect('orders', token))['active']).toBe(true);
    await scene.rolecall('DisableUser', { UserName: 'job', Reason: 'left' });
    expect(await scene.introspect('orders', token)).toEqual({ active: false });
    expect(await ask(presigned(key), {})).toMatchObject(refused('invalid_request'));
  });
});
