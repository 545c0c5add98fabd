import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { allow, makeUser } from '../sts/people.ts';
import { type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { send, signedJson } from '../support/wire.ts';

let server: InProcessServer;
beforeAll(async () => {
  server = await startInProcess();
});
afterAll(() => server.close());

async function call(operation: string, input: object, key: Key = server.admin): Promise<Record<string, unknown>> {
  const { status, body } = await send(server.url, signedJson(server.url, operation, input, key));
  return { status, ...(JSON.parse(body) as Record<string, unknown>) };
}

const SERVER = { MaxIdleSeconds: 3600, MaxAbsoluteSeconds: 86_400 };

describe('[S35] the session limits of an account', () => {
  test('are those of the server until they are set, and again once they are removed', async () => {
    const all = { status: 200, IdleSeconds: 3600, AbsoluteSeconds: 86_400, ...SERVER };
    expect(await call('GetSessionLimits', {})).toEqual(all);
    const set = { status: 200, IdleSeconds: 900, AbsoluteSeconds: 86_400, ...SERVER };
    expect(await call('SetSessionLimits', { IdleSeconds: 900 })).toEqual(set);
    expect(await call('GetSessionLimits', {})).toEqual(set);
    const event = server.events.find(({ eventName }) => eventName === 'SetSessionLimits');
    expect(event).toMatchObject({ outcome: 'allowed', request: { IdleSeconds: 900 } });
    expect(await call('SetSessionLimits', {})).toEqual(all);
    expect(await call('GetSessionLimits', {})).toEqual(all);
  });

  test.each([
    [{ IdleSeconds: 59 }, 'IdleSeconds'],
    [{ IdleSeconds: 3601 }, 'IdleSeconds: must be at most 3600, the limit of the server'],
    [{ AbsoluteSeconds: 86_401 }, 'AbsoluteSeconds: must be at most 86400, the limit of the server'],
  ])('%j is refused', async (input, message) => {
    const answer = await call('SetSessionLimits', input);
    expect(answer).toMatchObject({ status: 400 });
    expect(String(answer['message']).toLowerCase()).toContain(message.toLowerCase());
  });

  test('need a permission of their own', async () => {
    const key = await makeUser(server, 'stranger', allow(['rolecall:GetServerInfo']));
    for (const operation of ['GetSessionLimits', 'SetSessionLimits']) {
      const answer = await call(operation, {}, key);
      expect(String(answer['__type'])).toMatch('AccessDenied');
      expect(String(answer['message'])).toContain(':session-limits');
    }
  });
});

describe('the limits of an application', () => {
  test('are shown, changed and removed', async () => {
    const Oidc = { RedirectUris: ['https://app.example/callback'], MaxSignInAge: 900, RefreshTokenIdleSeconds: 3600 };
    const { Application } = await call('CreateApplication', { DisplayName: 'App', Oidc });
    expect(Application).toMatchObject({ Oidc: { MaxSignInAge: 900, RefreshTokenIdleSeconds: 3600 } });
    const { ApplicationId } = Application as { ApplicationId: string };
    const input = { ApplicationId, Oidc: { MaxSignInAge: 0, RefreshTokenMaxSeconds: 7200 } };
    const changed = (await call('UpdateApplication', input)) as { Application: { Oidc: object } };
    expect(changed.Application.Oidc).toMatchObject({ RefreshTokenIdleSeconds: 3600, RefreshTokenMaxSeconds: 7200 });
    expect(changed.Application.Oidc).not.toHaveProperty('MaxSignInAge');
    const tooShort = await call('UpdateApplication', { ApplicationId, Oidc: { MaxSignInAge: 59 } });
    expect(String(tooShort['message'])).toContain('Oidc.MaxSignInAge: must be at least 60 seconds');
    const Saml = { EntityId: 'https://sp.example', Acs: [{ Url: 'https://sp.example/acs' }], MaxSignInAge: 900 };
    const saml = (await call('CreateApplication', { DisplayName: 'SP', Saml })) as {
      Application: { ApplicationId: string; Saml: object };
    };
    expect(saml.Application.Saml).toMatchObject({ MaxSignInAge: 900 });
    const removed = (await call('UpdateApplication', {
      ApplicationId: saml.Application.ApplicationId,
      Saml: { MaxSignInAge: 0 },
    })) as { Application: { Saml: object } };
    expect(removed.Application.Saml).not.toHaveProperty('MaxSignInAge');
  });
});
