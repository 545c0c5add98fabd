import type { Configuration, ErrorOut, KoaContextWithOIDC } from 'oidc-provider';
import { type ErrorPage, showErrorPage } from '../../http/error-page.ts';
import { say } from '../../http/messages/say.ts';
import { askForLanguages } from '../../http/page-view.ts';
import type { OidcProviderLibrary } from '../library/load-oidc-provider.ts';
import { isForPrograms } from './endpoint-methods.ts';
import { isUnknownPrompt } from './flows/unknown-prompts.ts';
import { addressFacts } from './return-address.ts';
import { UNAVAILABLE } from './unavailable.ts';

/** For an interaction that does not exist or belongs to another browser. The page does not reveal which. */
export const ENDED = {
  title: say('apps.signInEnded'),
  message:
    'This sign-in was completed already, has expired, or was begun in another browser. Go back to the app and start again.',
} as const;

type Words = Pick<ErrorPage, 'title' | 'message' | 'facts'>;

/** Errors shown to the person, because redirecting them to the app would be unsafe (a wrong `redirect_uri`) or impossible. */
export function errorPage(
  library: OidcProviderLibrary,
  requestIdOf: (request: object) => string,
): { readonly renderError: NonNullable<Configuration['renderError']> } {
  return {
    renderError: async (ctx, out, error) => {
      if (isForPrograms(ctx.path)) {
        ctx.body = out;
        return;
      }
      askForLanguages(ctx.req, parameter(ctx, 'ui_locales'));
      const words = error instanceof library.errors.SessionNotFound ? ENDED : wordsFor(library, { ctx, out, error });
      showErrorPage(ctx, { ...words, code: out.error, requestId: requestIdOf(ctx.req) });
    },
  };
}

interface Refused {
  readonly ctx: KoaContextWithOIDC;
  readonly out: ErrorOut;
  readonly error: unknown;
}

function parameter(ctx: KoaContextWithOIDC, name: string): string | undefined {
  const value = ctx.oidc.params?.[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function wordsFor({ errors }: OidcProviderLibrary, { ctx, out, error }: Refused): Words {
  if (out.error === 'temporarily_unavailable') return UNAVAILABLE;
  if (out.error === 'server_error')
    return {
      title: say('frame.wentWrong'),
      message: say('frame.tryInAMoment'),
    };
  const { client } = ctx.oidc;
  const app = client?.clientName ?? client?.clientId ?? say('apps.theApp');
  if (error instanceof errors.InvalidRedirectUri) {
    return {
      title: say('apps.requestFailed'),
      message: say('apps.wrongRedirect', { app }),
      facts: addressFacts(parameter(ctx, 'redirect_uri'), client?.redirectUris ?? []),
    };
  }
  if (out.error_description === 'post_logout_redirect_uri not registered') {
    return {
      title: say('apps.requestFailed'),
      message: say('apps.wrongSignOutRedirect', { app }),
      facts: addressFacts(parameter(ctx, 'post_logout_redirect_uri'), client?.postLogoutRedirectUris ?? []),
    };
  }
  if (error instanceof errors.InvalidClient) {
    return {
      title: say('apps.requestFailed'),
      message: say('apps.unknownClient'),
      facts: [['Sent', parameter(ctx, 'client_id') ?? 'nothing']],
    };
  }
  const { error_description: detail } = out;
  const message = detail === undefined ? say('apps.appMistake') : say('apps.appMistakeDetail', { detail });
  const facts = isUnknownPrompt(out) && { facts: [['Sent', parameter(ctx, 'prompt') ?? 'nothing']] as const };
  return { title: say('apps.requestFailed'), message, ...facts };
}
