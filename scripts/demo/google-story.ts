import { OUTSIDE_CLIENT, OUTSIDE_SECRET, type OutsideProvider } from '../../harness/outside-provider.ts';
import { newPerson } from '../../harness/person.ts';
import { beginLogin, describePage, expectPage, leftFor, openApp } from './app-login.ts';
import { refused } from './caller.ts';
import { DEMO_CLIENT } from './demo-client.ts';
import { allow } from './documents.ts';
import type { Stage } from './stage.ts';

const CONNECTOR = 'google';
/** The group that the connector gives to engineers. */
const GROUP = 'Engineers';
const DANA = 'google-account-of-dana';

/** A provider that answers as Google does, and the part of the configuration file that trusts it. */
export interface GoogleLike {
  readonly provider: OutsideProvider;
  readonly connector: object;
  readonly issuer: { readonly issuer: string; readonly allowPrivateNetworks: true };
}

export function googleLike(provider: OutsideProvider): GoogleLike {
  const { issuer } = provider;
  const person = { name: 'Dana Partner', email: 'dana@partner.example', email_verified: true };
  provider.people.set(DANA, { ...person, hd: 'partner.example', groups: ['engineering'] });
  provider.people.set('a-stranger', { ...person, name: 'Not Dana' });
  return {
    provider,
    issuer: { issuer, allowPrivateNetworks: true },
    connector: {
      name: CONNECTOR,
      preset: 'google',
      issuer,
      clientId: OUTSIDE_CLIENT,
      clientSecret: OUTSIDE_SECRET,
      hostedDomains: ['partner.example'],
      domains: ['partner.example'],
      rules: { groups: { claim: 'groups', map: [{ value: 'engineering', group: GROUP }] } },
    },
  };
}

/** A person of a partner signs in to the app with the account that they have at Google: the chapter on connectors. */
export async function runGoogleStory(stage: Stage, { provider }: GoogleLike): Promise<void> {
  const { narrator, admin, server } = stage;
  narrator.chapter(
    'A partner signs in with Google',
    'A connector trusts the Google Workspace of a partner (played by a provider that answers as Google does).',
    'Nobody has an account here before the first sign-in, and the app does not know that Google exists.',
  );
  provider.register([`${server.url}/federation/${CONNECTOR}/callback`]);
  await admin.iam.createGroup({ GroupName: GROUP });
  const policy = { PolicyName: 'look', PolicyDocument: allow('iam:ListUsers') };
  await admin.iam.putGroupPolicy({ GroupName: GROUP, ...policy });

  const app = await openApp(stage);
  const signIn = async (subject: string) => {
    provider.next = subject;
    const person = newPerson(server.url);
    const login = await beginLogin(stage, app, { scope: 'openid profile email' });
    const page = expectPage(await person.open(login.url.href));
    describePage(stage, page);
    narrator.command('dana', 'continue with Google, and sign in there');
    const there = leftFor(await page.submit('continue with google'));
    const back = leftFor(await newPerson(provider.issuer).open(there.href));
    return { login, seen: await person.open(back.href) };
  };

  const { login, seen } = await signIn(DANA);
  const consent = expectPage(seen);
  describePage(stage, consent);
  const tokens = await login.finish(leftFor(await consent.submit('allow')));
  const claims = tokens.claims();
  narrator.check(claims?.aud === DEMO_CLIENT.client_id, 'Dana is signed in to the app');

  const { Users = [] } = await admin.iam.listUsers({ PathPrefix: `/federated/${CONNECTOR}/` });
  const [user] = Users;
  narrator.check(user?.UserName === 'dana', 'and is an IAM user of the account, made by the sign-in');
  const groups = await admin.iam.listGroupsForUser({ UserName: user?.UserName ?? '' });
  narrator.check(groups.Groups?.[0]?.GroupName === GROUP, `in the group ${GROUP}, as her group at Google says`);

  narrator.say('Somebody with a private Google account, and the same e-mail address, is not a partner.');
  const stranger = expectPage((await signIn('a-stranger')).seen);
  narrator.answer(`page «${stranger.heading}»: ${stranger.text.slice(0, 160)}`);
  narrator.check(stranger.status === 400 && stranger.text.includes('organisation'), 'refused, politely');

  narrator.say('Dana has no password here that somebody could guess.');
  const none = await refused(narrator, () => admin.iam.getLoginProfile({ UserName: user?.UserName ?? '' }));
  narrator.check(none.code === 'NoSuchEntityException', 'there is no login profile');
}
