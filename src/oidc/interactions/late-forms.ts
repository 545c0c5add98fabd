import type Provider from 'oidc-provider';
import type { Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import type { SignIn } from '../../identity/sign-in/sign-in.ts';
import { answeredPage, type FinishedPage, finishedPage } from '../../sign-in/pages/answered-page.ts';
import type { SignInAnswer } from '../../sign-in/sign-in-answers.ts';
import type { PageShown } from '../../sign-in/sign-in-step.ts';
import { registeredStart } from '../clients/app-start.ts';
import { INTERACTION_PATH, OWN_CLIENT_ID } from '../own-client.ts';
import type { EndedInteractions } from '../storage/ended-interactions.ts';

const CONFLICT = 409;
/** The path below an interaction's URL that leads to where it continues, or to the page for an ended one. */
export const CONTINUE = 'continue';

interface Answered {
  readonly uid: string;
  /** `undefined` for our own pages. */
  readonly appName: string | Text | undefined;
  readonly answer: SignInAnswer;
}

/** The page of an answered interaction, which continues where its first answer does. */
export async function showAnswered(
  { people }: Pick<SignIn, 'people'>,
  { uid, appName, answer }: Answered,
): Promise<PageShown> {
  const { signedIn } = answer;
  const person = signedIn && (await people.bySubject(signedIn.subject));
  const continueAt = `${INTERACTION_PATH}/${uid}/${CONTINUE}`;
  const show = answeredPage({ appName, personName: person?.name, continueAt });
  return { title: say('signIn.alreadyAnswered'), status: CONFLICT, show, accountId: person?.accountId };
}

/** The page of an ended interaction. Only the app can start another one. */
export function showFinished(app: FinishedPage): PageShown {
  return { title: say('signIn.finishedTitle'), status: CONFLICT, show: finishedPage(app) };
}

/** Finds the app of an ended interaction; `undefined` if it is no longer known. */
export type FindFinishedApp = (uid: string) => Promise<FinishedPage | undefined>;

export function findFinishedApp(ended: EndedInteractions, provider: () => Provider): FindFinishedApp {
  return async (uid) => {
    const clientId = await ended.clientOf(uid);
    const client = clientId === undefined ? undefined : await provider().Client.find(clientId);
    if (client === undefined) return undefined;
    const appName = client.clientId === OWN_CLIENT_ID ? undefined : (client.clientName ?? client.clientId);
    return { appName, startAt: registeredStart(client, provider().issuer) };
  };
}
