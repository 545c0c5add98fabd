import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mmdbOf } from '../../harness/mmdb.ts';
import { newPerson, type PageSeen } from '../../harness/person.ts';
import { compileSignInPolicy } from '../../src/identity/sign-in-policy/compile-sign-in-policy.ts';
import { openPlaces } from '../../src/identity/sign-in-policy/places.ts';
import { type PolicyScene, policyScene } from './policy-scene.ts';
import { configureWays, WAYS, type Way } from './policy-ways.ts';

const BERLIN = { country: { iso_code: 'DE' }, location: { latitude: 52.5, longitude: 13.4 } };
const POTSDAM = { country: { iso_code: 'DE' }, location: { latitude: 52.4, longitude: 13.1 } };
const TOKYO = { country: { iso_code: 'JP' }, location: { latitude: 35.7, longitude: 139.7 } };
/** A network of which only the country of its registration is known. */
const REGISTERED = { registered_country: { iso_code: 'FR' } };

const DATABASE = mmdbOf({
  '198.51.100.0/25': BERLIN,
  '198.51.100.128/25': POTSDAM,
  '203.0.113.0/24': TOKYO,
  '192.0.2.0/24': REGISTERED,
});
const [FROM_BERLIN, FROM_POTSDAM, FROM_TOKYO, FROM_FRANCE, FROM_NOWHERE] = [
  '198.51.100.7',
  '198.51.100.200',
  '203.0.113.7',
  '192.0.2.7',
  '233.252.0.7',
] as const;
const HOUR = 3_600_000;
const IN = 'Allow The App?';
const REFUSED = 'Your account does not allow this sign-in';

let scene: PolicyScene;
beforeAll(async () => {
  scene = await policyScene({ places: openPlaces(DATABASE) });
  await configureWays(scene);
});
afterAll(() => scene.close());

const byPassword = WAYS[0] as Way;
async function signIn(user: string, ip: string): Promise<string> {
  const seen: PageSeen = await byPassword.go(scene, newPerson(scene.url, { 'x-forwarded-for': ip }), user);
  return seen.heading;
}
const lastFacts = () => scene.events.filter(({ eventName }) => eventName === 'SignInPolicy').at(-1)?.request;

test('a database says where addresses are, and nothing about others', () => {
  const places = openPlaces(DATABASE);
  expect(places.find(FROM_BERLIN)).toEqual({ country: 'DE', latitude: 52.5, longitude: 13.4 });
  expect(places.find(FROM_POTSDAM)).toEqual({ country: 'DE', latitude: 52.4, longitude: 13.1 });
  expect(places.find(FROM_FRANCE)).toEqual({ country: 'FR' });
  expect(places.find(FROM_NOWHERE)).toEqual({});
});

describe('[S30] a sign-in policy over places', () => {
  test('refuses by country, and where the country is not known only if it says so', async () => {
    await scene.addUser('resident');
    await scene.setPolicy({
      Sid: 'Abroad',
      Action: 'signin:SignIn',
      Condition: { StringNotEquals: { 'signin:Country': ['DE', 'FR'] } },
    });
    expect(await signIn('resident', FROM_BERLIN)).toBe(IN);
    expect(await signIn('resident', FROM_FRANCE)).toBe(IN);
    expect(await signIn('resident', FROM_TOKYO)).toBe(REFUSED);
    expect(lastFacts()).toMatchObject({ decidedBy: 'Abroad' });
    expect(await signIn('resident', FROM_NOWHERE)).toBe(REFUSED);
    await scene.setPolicy({
      Action: 'signin:SignIn',
      Condition: { StringEquals: { 'signin:Country': 'JP' } },
    });
    expect(await signIn('resident', FROM_NOWHERE)).toBe(IN);
  });

  test('refuses a journey that nobody can have made, until there was time for it', async () => {
    await scene.addUser('traveller');
    await scene.setPolicy();
    expect(await signIn('traveller', FROM_BERLIN)).toBe(IN);
    await scene.setPolicy({
      Sid: 'Travel',
      Action: 'signin:SignIn',
      Condition: { Bool: { 'signin:ImpossibleTravel': 'true' } },
    });
    // Near enough, and to where nothing is known.
    expect(await signIn('traveller', FROM_POTSDAM)).toBe(IN);
    expect(await signIn('traveller', FROM_TOKYO)).toBe(REFUSED);
    expect(lastFacts()).toMatchObject({ decidedBy: 'Travel' });
    // A refused sign-in is not where the person is.
    expect(await signIn('traveller', FROM_BERLIN)).toBe(IN);
    scene.advance(12 * HOUR);
    expect(await signIn('traveller', FROM_TOKYO)).toBe(IN);
    expect(await signIn('traveller', FROM_BERLIN)).toBe(REFUSED);
  });

  test('does not compare with a place that is not known', async () => {
    await scene.addUser('unplaced');
    await scene.setPolicy({
      Action: 'signin:SignIn',
      Condition: { Bool: { 'signin:ImpossibleTravel': 'true' } },
    });
    expect(await signIn('unplaced', FROM_FRANCE)).toBe(IN);
    expect(await signIn('unplaced', FROM_TOKYO)).toBe(IN);
    expect(await signIn('unplaced', FROM_NOWHERE)).toBe(IN);
    // The last place that is known counts: an address without one does not make it forgotten.
    expect(await signIn('unplaced', FROM_BERLIN)).toBe(REFUSED);
  });
});

test('the example in docs/sign-in-policy.md is accepted', () => {
  const text = readFileSync(new URL('../../docs/sign-in-policy.md', import.meta.url), 'utf8');
  const [, example = ''] = /```json\n(.*?)```/s.exec(text) ?? [];
  expect(compileSignInPolicy(example)).toBeDefined();
});
