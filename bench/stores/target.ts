import { IAM } from '@aws-sdk/client-iam';
import type { AccessKeyPair, RunningServer } from '../../harness/start-server.ts';
import { prepareRole } from '../wire-requests.ts';

/** A server and the entities to use on it. It is passed to the load generators unchanged. */
export interface Target {
  readonly url: string;
  readonly accountId: string;
  readonly admin: AccessKeyPair;
  readonly session: AccessKeyPair;
  readonly roleArn: string;
  readonly people: readonly { readonly userName: string; readonly password: string }[];
}

/** The app that users sign in to. */
export const APP = {
  client_id: 'bench-app',
  client_secret: 'a secret of the bench, forty characters',
  client_name: 'Bench',
  redirect_uris: ['https://app.example/callback'],
  grant_types: ['authorization_code', 'refresh_token'],
} as const;
export const REDIRECT_URI = APP.redirect_uris[0];

const PEOPLE = 20;

/** Creates a role, a session of it, and users with passwords. */
export async function prepareTarget(server: RunningServer): Promise<Target> {
  const { url, accountId, admin } = server;
  const { roleArn, session } = await prepareRole(server);
  const iam = new IAM({ endpoint: url, region: 'us-east-1', credentials: admin });
  const people = Array.from({ length: PEOPLE }, (_, n) => ({
    userName: `person-${n}`,
    password: `a long passphrase of person ${n}`,
  }));
  for (const { userName, password } of people) {
    await iam.createUser({ UserName: userName });
    await iam.createLoginProfile({ UserName: userName, Password: password });
  }
  return { url, accountId, admin, session, roleArn, people };
}
