import type { Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { connectorButtons } from '../pages/connector-buttons.ts';
import { namePage } from '../pages/name-page.ts';
import { passkeyButton } from '../pages/passkey-button.ts';
import type { TypedName } from '../pages/typed-name.ts';
import { waysPage } from '../pages/ways-page.ts';
import type { PageShown, SignInCall, SignInDependencies } from '../sign-in-step.ts';
import { type Refusal, refusalText } from './step-outcome.ts';

interface SignInShown {
  /** The name to prove. Default: the one that was typed, if any; without one, the page asks for it. */
  readonly named?: TypedName | undefined;
  /** Default: the words for the refusal. */
  readonly text?: { readonly status: number; readonly message: Text; readonly waitMs?: number } | undefined;
}

/** Shows where the sign-in stands: the page for the name, or the one for its proof. */
export async function showSignIn(
  deps: SignInDependencies,
  call: SignInCall,
  { named = call.named, text }: SignInShown = {},
): Promise<PageShown> {
  return named === undefined ? await showName(deps, call, { text }) : await showWays(deps, call, { named, text });
}

/** Shows the page for the ways to sign in, with the reason why the last one did not work. */
export async function showRefused(
  deps: SignInDependencies,
  call: SignInCall,
  refusal: Refusal,
  named = call.named,
): Promise<PageShown> {
  return await showSignIn(deps, call, { named, text: refusalText(refusal) });
}

function titleOf(text: SignInShown['text']): Text {
  const title = say('signIn.title');
  return text === undefined ? title : say('frame.errorTitle', { title });
}

interface NameShown extends Pick<SignInShown, 'text'> {
  readonly typed?: TypedName;
  readonly wrongField?: 'account' | 'name';
}

/** The page that asks for the name; for the account only if there are several, or one was asked for. */
export async function showName(
  { names, signIn, connectors: { offered } }: SignInDependencies,
  { id, target, app, suggested, rememberedAccount = '' }: SignInCall,
  { typed = suggested, text, wrongField }: NameShown,
): Promise<PageShown> {
  const hasOneAccount = await names.hasOneAccount();
  const account =
    typed.account === '' && !hasOneAccount && wrongField === undefined ? rememberedAccount : typed.account;
  return {
    title: titleOf(text),
    status: text?.status ?? 200,
    waitMs: text?.waitMs,
    show: namePage({
      target,
      clientName: app.name,
      suggested: { account, name: typed.name },
      asksAccount: !hasOneAccount || account !== '',
      passkey: passkeyButton(target, signIn.askForPasskey({ signIn: id })),
      elsewhere: connectorButtons({ target, buttons: await offered.buttons(app), line: 'before' }),
      error: text?.message,
      wrongField,
    }),
  };
}

/** The page with the ways to prove a name. Nothing on it depends on who exists: only the domain of an address is looked at. */
async function showWays(
  { signIn, recoverAt, connectors: { offered } }: SignInDependencies,
  { id, target, app, chooseAt }: SignInCall,
  { named, text }: { readonly named: TypedName } & Pick<SignInShown, 'text'>,
): Promise<PageShown> {
  const ofDomain = await offered.ofAddress(app, named.name);
  const others = (await offered.buttons(app)).filter((button) => !ofDomain.includes(button));
  return {
    title: titleOf(text),
    status: text?.status ?? 200,
    waitMs: text?.waitMs,
    show: waysPage({
      target,
      clientName: app.name,
      named,
      chooseAt,
      recoverAt,
      passkey: passkeyButton(target, signIn.askForPasskey({ signIn: id }), named),
      ofDomain: connectorButtons({ target, buttons: ofDomain, address: named.name, line: 'after' }),
      elsewhere: connectorButtons({ target, buttons: others, line: 'before' }),
      error: text?.message,
    }),
  };
}
