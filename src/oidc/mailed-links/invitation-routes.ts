import type { IncomingMessage } from 'node:http';
import Router from '@koa/router';
import type { Context } from 'koa';
import { isSameOriginPost } from '../../http/csrf.ts';
import { showErrorPage } from '../../http/error-page.ts';
import type { Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { sentence } from '../../http/messages/sentence.ts';
import { showPage } from '../../http/page.ts';
import { showBrandOf } from '../../http/page-brand.ts';
import { type Form, readForm } from '../../http/read-form.ts';
import type { PasskeyFactor } from '../../identity/credentials/credential-holder.ts';
import type { Person } from '../../identity/credentials/people.ts';
import type { Accepted, ChosenSignIn, Invitations } from '../../identity/invitations/accept-invitation.ts';
import { INVITATION_PATH } from '../../identity/invitations/send-invitation.ts';
import { CeremonyFault, type CeremonyReason } from '../../identity/passkeys/ceremony-fault.ts';
import type { Clock } from '../../kernel/clock.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import type { BrowserChecks } from '../../sign-in/confirm-browser/confirm-browser.ts';
import type { SignInEnforcement } from '../../sign-in/enforcement.ts';
import type { RecordSignInEvent, RequestFacts } from '../../sign-in/events/sign-in-events.ts';
import type { KnownDevices } from '../../sign-in/known-devices.ts';
import type { JudgedCall } from '../../sign-in/policy/judge-progress.ts';
import { type RequiredFactor, requiredFactor } from '../../sign-in/policy/required-factor.ts';
import type { StartLimit } from '../../sign-in/start-limit.ts';
import { failedCheck } from '../../sign-in/steps/step-outcome.ts';
import { OWN_CLIENT_ID } from '../own-client.ts';
import { confirmReader } from './confirm-reader.ts';
import { acceptedPage, invitationPage } from './invitation-page.ts';

export interface InvitationRoutesDependencies {
  readonly invitations: Invitations;
  readonly publicUrl: string;
  readonly startLimit: StartLimit;
  readonly recordEvent: RecordSignInEvent;
  readonly factsOf: (request: IncomingMessage) => RequestFacts;
  readonly requestIdOf: (request: object) => string;
  /** Receives how the form of a link ended: `invitation-accepted`, or `invitation-refused`. */
  readonly observe: (outcome: string) => void;
}

/** What the page of an invitation works with besides what all links do. */
interface InvitationPageDependencies extends InvitationRoutesDependencies {
  readonly clock: Clock;
  readonly devices: KnownDevices;
  readonly browsers: Pick<BrowserChecks, 'confirm'>;
  /** Asks the sign-in policy; `undefined` if all sign-ins are allowed. */
  readonly enforcement: Pick<SignInEnforcement, 'judge' | 'mayEnrol'> | undefined;
}

const FAULTS: Partial<Record<CeremonyReason, Text>> = {
  expired: say('factors.passkeyExpired'),
  taken: say('factors.passkeyTaken'),
  'not-accepted': say('factors.passkeyNotAccepted'),
  'not-discoverable': say('factors.passkeyNotDiscoverable'),
};
const DAY = 86_400_000;

/** What a posted form chooses; `differ` if the two passwords do. */
function chosenIn(form: Form): ChosenSignIn['by'] | 'differ' {
  const field = (name: string): string => form.get(name) ?? '';
  if (form.get('credential') !== undefined)
    return { passkey: { credential: field('credential'), token: field('token'), label: field('label') } };
  const password = field('newPassword');
  return password === field('repeated') ? { password } : 'differ';
}

/** The request as the sign-in policy sees it: as a sign-in to the account page. */
const callOf = ({ clock, devices, factsOf }: InvitationPageDependencies, ctx: Context): JudgedCall => ({
  id: '',
  begun: clock.now(),
  source: factsOf(ctx.req),
  device: devices.idOf(ctx) ?? devices.newId(),
  app: { id: OWN_CLIENT_ID },
});

/** Whether policies let the person add a factor of their own. */
async function mayMakePasskey(deps: InvitationPageDependencies, ctx: Context, person: Person): Promise<boolean> {
  return (await deps.enforcement?.mayEnrol({ ...callOf(deps, ctx), person, amr: [], isInvited: true })) ?? true;
}

async function requiredOf(
  deps: InvitationPageDependencies,
  ctx: Context,
  person: Person,
): Promise<RequiredFactor | undefined> {
  return deps.enforcement && (await requiredFactor(deps.enforcement, { person, call: callOf(deps, ctx) }));
}

/**
 * The days that privileged people have to add a passkey are for those who sign in already. For a new one they are over at once: if they choose
 * a password, the first sign-in has them add a passkey before anything else is open to them (S26).
 */
async function enrolmentBegun(
  deps: InvitationPageDependencies,
  ctx: Context,
  person: Person,
): Promise<number | undefined> {
  const required = await requiredOf(deps, ctx, person);
  if (deps.enforcement === undefined || required?.isByRule !== true) return undefined;
  return deps.clock.now() - deps.enforcement.judge.rule.days * DAY;
}

async function recordAccepted(
  { observe, recordEvent, factsOf }: InvitationPageDependencies,
  ctx: Context,
  { outcome, person, passkey }: Accepted,
): Promise<void> {
  const isAccepted = outcome === 'accepted';
  observe(isAccepted ? 'invitation-accepted' : 'invitation-refused');
  // A token that was never issued is not recorded: a caller who sends many must not fill the record.
  if (person === undefined) return;
  await recordEvent({
    name: 'AcceptInvitation',
    source: factsOf(ctx.req),
    person,
    method: 'link',
    outcome: isAccepted ? 'allowed' : 'refused',
    ...(isAccepted ? { request: { chose: passkey === undefined ? 'password' : 'passkey' } } : { errorCode: outcome }),
  });
}

async function recordPasskey(
  { recordEvent, factsOf }: InvitationPageDependencies,
  ctx: Context,
  { person, fault, passkey }: { person: Person; fault?: CeremonyFault; passkey?: PasskeyFactor },
): Promise<void> {
  const event = { name: 'EnableMFADevice', source: factsOf(ctx.req), person, method: 'link' };
  if (fault !== undefined)
    return await recordEvent({ ...event, ...failedCheck(fault), outcome: 'refused', errorCode: 'passkey' });
  if (passkey === undefined) return;
  const { serialNumber, label, aaguid } = passkey;
  await recordEvent({ ...event, outcome: 'allowed', request: { serialNumber, label, aaguid } });
}

/** The page of an invitation. Opening it changes nothing; only its form does, once. */
export function invitationRoutes(deps: InvitationPageDependencies): Router {
  const { invitations, publicUrl, startLimit, requestIdOf, observe } = deps;
  const { origin } = new URL(publicUrl);
  const router = new Router();

  /** One answer for all links that cannot be used, whatever the reason. */
  const showClosed = (ctx: Context): void => {
    ctx.status = 404;
    showErrorPage(ctx, {
      title: say('mailedLinks.invitationClosed'),
      message: say('mailedLinks.invitationClosedWhy'),
      requestId: requestIdOf(ctx.req),
    });
  };
  const show = async (ctx: Context, token: string, error?: Text): Promise<void> => {
    const found = await invitations.find(token);
    if (found === undefined) return showClosed(ctx);
    showBrandOf(ctx.req, found.person.accountId);
    ctx.status = error === undefined ? 200 : 400;
    const title = say('mailedLinks.invitationTitle');
    const body = invitationPage({
      ...found,
      error,
      action: `${INVITATION_PATH}/${token}`,
      passkey: (await mayMakePasskey(deps, ctx, found.person))
        ? await invitations.beginPasskey(token, found.person)
        : undefined,
      required: await requiredOf(deps, ctx, found.person),
    });
    showPage(ctx, { title: error === undefined ? title : say('frame.errorTitle', { title }), body });
  };

  router.get(`${INVITATION_PATH}/:token`, async (ctx) => {
    if (startLimit(ctx)) await show(ctx, ctx.params['token'] ?? '');
  });

  router.post(`${INVITATION_PATH}/:token`, async (ctx) => {
    if (!startLimit(ctx)) return;
    const token = ctx.params['token'] ?? '';
    if (!isSameOriginPost(ctx.req.headers, origin))
      throw new ServiceError('AccessDenied', 'The form does not come from our page. Open the link again.');
    const chosen = chosenIn(await readForm(ctx.req));
    if (chosen === 'differ') return await show(ctx, token, say('signIn.passwordsDiffer'));
    const found = await invitations.find(token);
    if (found === undefined) {
      observe('invitation-refused');
      return showClosed(ctx);
    }
    if ('passkey' in chosen && !(await mayMakePasskey(deps, ctx, found.person)))
      return await show(ctx, token, say('factors.mayNotAdd'));
    let accepted: Accepted;
    try {
      const mustEnrolSince = await enrolmentBegun(deps, ctx, found.person);
      accepted = await invitations.accept(token, { by: chosen, mustEnrolSince });
    } catch (error) {
      if (error instanceof CeremonyFault) {
        await recordPasskey(deps, ctx, { person: found.person, fault: error });
        return await show(ctx, token, FAULTS[error.reason] ?? say('factors.passkeyNotAdded'));
      }
      if (!(error instanceof ServiceError) || error.fault !== 'Sender') throw error;
      return await show(ctx, token, sentence(`${error.message}.`));
    }
    await recordAccepted(deps, ctx, accepted);
    const { outcome, person, passkey } = accepted;
    showBrandOf(ctx.req, person?.accountId);
    if (outcome === 'address-taken') return await show(ctx, token, say('mailedLinks.addressTaken'));
    if (outcome === 'closed' || person === undefined) return showClosed(ctx);
    if (passkey !== undefined) await recordPasskey(deps, ctx, { person, passkey });
    if (accepted.isAddressProven === true) await confirmReader(deps, ctx, person);
    showPage(ctx, { title: say('mailedLinks.canSignIn'), body: acceptedPage({ person, passkey }), isShownOnce: true });
  });

  return router;
}
