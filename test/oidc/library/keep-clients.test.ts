import { expect, test } from '@jest/globals';
import { APPS } from '../app.ts';
import { install } from '../installation.ts';

const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const jwt = (payload: object): string =>
  [{ alg: 'ES256' }, payload].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');

test('a client id that is not a text is unknown, and is not looked up', async () => {
  const asked: unknown[] = [];
  const installation = await install({
    clients: APPS,
    countedIdentities: (store) => ({
      ...store,
      open: (declaration) => {
        const collection = store.open(declaration);
        if (declaration.name !== 'applications') return collection;
        return {
          ...collection,
          find: (index, values, options) => {
            asked.push(...values);
            return collection.find(index, values, options);
          },
        };
      },
    }),
  });
  asked.length = 0;
  const ask = async (sub: unknown): Promise<number> => {
    const form = { grant_type: 'client_credentials', client_assertion_type: JWT_BEARER };
    const body = new URLSearchParams({ ...form, client_assertion: `${jwt({ sub })}.AAAA` });
    return (await fetch(`${installation.issuer.href}/token`, { method: 'POST', body })).status;
  };
  const answers: number[] = [];
  for (const sub of [{ $gt: '' }, ['app'], 1, true, 'nobody']) answers.push(await ask(sub));
  await installation.close();
  expect(new Set(answers)).toEqual(new Set([401]));
  // oidc-provider asks once more for what it does not find.
  expect(new Set(asked)).toEqual(new Set(['nobody']));
});
