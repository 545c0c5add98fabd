import type { IncomingMessage } from 'node:http';
import Router from '@koa/router';
import type { Context } from 'koa';
import { isSameOriginPost } from '../../http/csrf.ts';
import { showErrorPage } from '../../http/error-page.ts';
import type { Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { sentence } from '../../http/messages/sentence.ts';
import { showPage } from '../../http/page.ts';
import { readForm } from '../../http/read-form.ts';
import type { Accepted, Invitations } from '../../identity/invitations/accept-invitation.ts';
import { INVITATION_PATH } from '../../identity/invitations/send-invitation.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import type { RecordSignInEvent, RequestFacts } from '../../sign-in/events/sign-in-events.ts';
import type { StartLimit } from '../../sign-in/start-limit.ts';
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

/** The page of an invitation. Opening it changes nothing; only its form does, once. */
export function invitationRoutes(deps: InvitationRoutesDependencies): Router {
  const { invitations, publicUrl, startLimit, recordEvent, factsOf, requestIdOf, observe } = deps;
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
    ctx.status = error === undefined ? 200 : 400;
    const title = say('mailedLinks.invitationTitle');
    const body = invitationPage({ ...found, error });
    showPage(ctx, { title: error === undefined ? title : say('frame.errorTitle', { title }), body });
  };
  const record = async (ctx: Context, { outcome, person }: Accepted): Promise<void> => {
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
      ...(!isAccepted && { errorCode: outcome }),
    });
  };

  router.get(`${INVITATION_PATH}/:token`, async (ctx) => {
    if (startLimit(ctx)) await show(ctx, ctx.params['token'] ?? '');
  });

  router.post(`${INVITATION_PATH}/:token`, async (ctx) => {
    if (!startLimit(ctx)) return;
    const token = ctx.params['token'] ?? '';
    if (!isSameOriginPost(ctx.req.headers, origin))
      throw new ServiceError('AccessDenied', 'The form does not come from our page. Open the link again.');
    const form = await readForm(ctx.req);
    const newPassword = form.get('newPassword') ?? '';
    if (newPassword !== form.get('repeated')) return await show(ctx, token, say('signIn.passwordsDiffer'));
    let accepted: Accepted;
    try {
      accepted = await invitations.accept(token, newPassword);
    } catch (error) {
      if (!(error instanceof ServiceError) || error.fault !== 'Sender') throw error;
      return await show(ctx, token, sentence(`${error.message}.`));
    }
    await record(ctx, accepted);
    const { outcome, person } = accepted;
    if (outcome === 'address-taken') return await show(ctx, token, say('mailedLinks.addressTaken'));
    if (outcome === 'closed' || person === undefined) return showClosed(ctx);
    showPage(ctx, { title: say('mailedLinks.canSignIn'), body: acceptedPage({ person }), isShownOnce: true });
  });

  return router;
}
