import { CreateUserCommand, DeleteUserCommand, GetUserCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, DecodeAuthorizationMessageCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { send, signedForm } from '../support/wire.ts';
import { allow, makeRole, makeUser, refusal, roleArn, trust, userArn } from './people.ts';

let server: InProcessServer;
let alice: Key;

beforeAll(async () => {
  server = await startInProcess();
  alice = await makeUser(server, 'alice', allow('iam:GetUser', userArn('alice')));
});
afterAll(() => server.close());

interface Denial {
  readonly message: string;
  readonly EncodedAuthorizationMessage: string;
}

const getBob = (key: Key) => server.iam(key).send(new GetUserCommand({ UserName: 'bob' }));
const denialOf = (call: Promise<unknown>): Promise<Denial> =>
  call.then(
    () => Promise.reject(new Error('the call was not denied')),
    (error) => error as Denial,
  );
const decode = (key: Key, EncodedMessage: string) =>
  server.sts(key).send(new DecodeAuthorizationMessageCommand({ EncodedMessage }));
const decoded = async (call: Promise<unknown>) => {
  const { DecodedMessage = '' } = await decode(server.admin, (await denialOf(call)).EncodedAuthorizationMessage);
  return JSON.parse(DecodedMessage);
};

describe('a denial', () => {
  test('has AWS’s message, and nothing else', async () => {
    const { message } = await denialOf(getBob(alice));
    expect(message).toBe(
      `User: ${userArn('alice')} is not authorized to perform: iam:GetUser on resource: user bob because no identity-based policy allows the iam:GetUser action`,
    );
  });

  test('also contains the encoded message, which the SDK returns as a member of the error', async () => {
    const { EncodedAuthorizationMessage: message } = await denialOf(getBob(alice));
    expect(message).toMatch(/^[\w-]{1000,10240}$/);
    const form = { Action: 'GetUser', Version: '2010-05-08', UserName: 'bob' };
    const { body } = await send(server.url, signedForm(server.url, form, alice));
    expect(body).toMatch(
      /^<ErrorResponse xmlns="[^"]+"><Error><Type>Sender<\/Type><Code>AccessDenied<\/Code><Message>[^<]+<\/Message><EncodedAuthorizationMessage>[\w-]+<\/EncodedAuthorizationMessage><\/Error><RequestId>/,
    );
  });

  test('errors not decided by policies have none', async () => {
    const error = await denialOf(server.iam().send(new DeleteUserCommand({ UserName: 'nobody' })));
    expect(error.message).toBe('The user with name nobody cannot be found.');
    expect(error).not.toHaveProperty('EncodedAuthorizationMessage');
  });
});

describe('DecodeAuthorizationMessage', () => {
  test('says who, what, where and why', async () => {
    const said = await decoded(getBob(alice));
    expect(said).toMatchObject({
      allowed: false,
      explicitDeny: false,
      matchedStatements: { items: [] },
      context: {
        principal: { id: expect.stringMatching(/^AIDA/), name: 'alice', arn: userArn('alice') },
        action: 'iam:GetUser',
        resource: userArn('bob'),
      },
      layer: 'identity',
      cause: 'no-allow',
      nearStatements: {
        items: [{ policy: 'own', mismatch: { kind: 'resource', wanted: { items: [{ value: userArn('alice') }] } } }],
      },
    });
    const keys = said.context.conditions.items.map(({ key }: { key: string }) => key);
    expect(keys).toEqual(expect.arrayContaining(['aws:SourceIp', 'aws:CurrentTime', 'aws:PrincipalArn']));
  });

  test('needs sts:DecodeAuthorizationMessage: without it, only the message of that denial is returned', async () => {
    const { EncodedAuthorizationMessage: message } = await denialOf(getBob(alice));
    expect(await refusal(decode(alice, message))).toEqual({
      name: 'AccessDenied',
      message: `User: ${userArn('alice')} is not authorized to perform: sts:DecodeAuthorizationMessage on resource: * because no identity-based policy allows the sts:DecodeAuthorizationMessage action`,
    });
  });

  test('the denied caller may be allowed to decode its own', async () => {
    const dora = await makeUser(server, 'dora', allow('sts:DecodeAuthorizationMessage'));
    const { EncodedAuthorizationMessage: message } = await denialOf(getBob(dora));
    expect((await decode(dora, message)).DecodedMessage).toContain(userArn('dora'));
  });

  test('a changed, truncated or invented message is invalid', async () => {
    const { EncodedAuthorizationMessage: message } = await denialOf(getBob(alice));
    const rest = message.slice(0, -20);
    for (const wrong of [rest, `${rest}${'A'.repeat(20)}`, `${message}A`, 'made-up', message.toLowerCase()]) {
      await expect(decode(server.admin, wrong)).rejects.toMatchObject({
        name: 'InvalidAuthorizationMessageException',
        message: 'Message is not valid',
        $metadata: { httpStatusCode: 400 },
      });
    }
  });

  test('[STS API] EncodedMessage has 1 to 10,240 characters', async () => {
    expect((await refusal(decode(server.admin, 'A'.repeat(10_241)))).message).toContain('less than or equal to 10240');
  });

  test('a role that may not be assumed: the trust policy’s statement, and what did not match', async () => {
    const condition = { Condition: { StringEquals: { 'sts:ExternalId': 'zebra' } } };
    await makeRole(server, 'guarded', { trust: trust({ AWS: userArn('alice') }, condition) });
    const wishes = { RoleArn: roleArn('guarded'), RoleSessionName: 'work', ExternalId: 'horse' };
    const said = await decoded(server.sts(alice).send(new AssumeRoleCommand(wishes)));
    expect(said).toMatchObject({
      layer: 'trust',
      nearStatements: {
        items: [
          {
            mismatch: {
              kind: 'condition',
              key: 'sts:ExternalId',
              wanted: { items: [{ value: 'zebra' }] },
              actual: { items: [{ value: 'horse' }] },
            },
          },
        ],
      },
    });
  });

  test('[S48] no secret is in it', async () => {
    const eve = await makeUser(server, 'eve');
    const { DecodedMessage = '' } = await decode(
      server.admin,
      (await denialOf(server.iam(eve).send(new CreateUserCommand({ UserName: 'x' })))).EncodedAuthorizationMessage,
    );
    expect(DecodedMessage).toContain(userArn('eve'));
    for (const hidden of [eve.secretAccessKey, eve.accessKeyId]) expect(DecodedMessage).not.toContain(hidden);
  });

  // Last: clients take the time from the answers, so that none can go on with the clock moved.
  test('a message stays valid for days, despite key rotation', async () => {
    const { EncodedAuthorizationMessage: message } = await denialOf(getBob(alice));
    server.advance(3 * 86_400_000);
    expect((await decode(server.admin, message)).DecodedMessage).toContain(userArn('alice'));
  });
});
