import type { Client } from 'oidc-provider';
import { requireAccount } from '../../identity/accounts/account-alias.ts';
import { accountName } from '../../identity/accounts/account-name.ts';
import type { People, Person } from '../../identity/credentials/people.ts';
import type { SignIn } from '../../identity/sign-in/sign-in.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import type { Random } from '../../kernel/random.ts';
import { type Mailer, mailLanguage } from '../../ports/mailer.ts';
import type { RequestFacts } from '../../sign-in/events/sign-in-events.ts';
import type { SignInNames } from '../../sign-in/sign-in-names.ts';
import { mayUseClient } from '../client-access.ts';
import { REQUESTS_PATH } from '../own-client.ts';
import type { CibaEvents, NotAsked } from './ciba-events.ts';
import { type Hint, hintedPerson } from './hinted-person.ts';
import type { MutedApps } from './muted-apps.ts';
import type { PendingRequest, PendingRequests } from './pending-requests.ts';

export interface AskPersonDependencies {
  readonly people: People;
  readonly signIn: SignIn;
  readonly names: SignInNames;
  readonly store: Pick<IdentityStore, 'accounts'>;
  readonly pending: PendingRequests;
  readonly muted: MutedApps;
  readonly events: CibaEvents;
  readonly random: Random;
  readonly publicUrl: string;
  /** `undefined` if no mail can be sent. */
  readonly mailer: Mailer | undefined;
  /** The language in which a person last signed in, by its tag. */
  readonly languageOf: (subject: string) => Promise<string | undefined>;
}

/** A request that an app has just begun. */
export interface BegunRequest {
  readonly authReqId: string;
  readonly client: Client;
  readonly hint: Hint;
  readonly scope: unknown;
  readonly source: RequestFacts;
  /** Ms since the epoch. */
  readonly endsAt: number;
}

/**
 * Puts a request before the person whom its hint means, if there is one who may use the app and wants to be asked. Runs after the app has got
 * its answer, which therefore cannot depend on any of this (S25).
 */
export async function askPerson(deps: AskPersonDependencies, begun: BegunRequest): Promise<void> {
  const { authReqId, client, scope, source, endsAt } = begun;
  const { clientId } = client;
  const person = await hintedPerson(deps, begun.hint);
  const id = deps.random.bytes(16).toString('base64url');
  const why = await notAsked(deps, person, { client, request: { id, authReqId, clientId, endsAt } });
  await deps.events.begun({ source, clientId, scope, person, why });
  if (person !== undefined && why === undefined) await mailLink(deps, person, { id, client, endsAt });
}

interface Asking {
  readonly client: Client;
  readonly request: PendingRequest;
}

async function notAsked(
  { muted, pending }: AskPersonDependencies,
  person: Person | undefined,
  { client, request }: Asking,
): Promise<NotAsked | undefined> {
  if (person === undefined) return 'unknown-person';
  if (!mayUseClient(client, person)) return 'not-assigned';
  const { subject } = person;
  if ((await muted.of(subject)).some(({ clientId }) => clientId === client.clientId)) return 'muted';
  return await pending.add(subject, request);
}

/** Mails where the person can answer. The link answers nothing, and nothing that the app wrote is in the mail. */
async function mailLink(
  { mailer, store, publicUrl, languageOf, events }: AskPersonDependencies,
  person: Person,
  { id, client, endsAt }: { readonly id: string; readonly client: Client; readonly endsAt: number },
): Promise<void> {
  const { accountId, name: userName, email: to, subject, isEmailVerified } = person;
  if (mailer === undefined || to === undefined || !isEmailVerified) return;
  const account = accountName(await requireAccount(store, accountId));
  const app = client.clientName ?? client.clientId;
  const link = `${publicUrl}${REQUESTS_PATH}/${id}`;
  const language = mailLanguage(await languageOf(subject));
  const message = { kind: 'request', userName, account, app, link, endsAt } as const;
  if (await mailer.queue({ to, message, language, expiresAt: endsAt })) events.observe('mailed');
}
