import type { Context } from 'koa';
import type { RememberedAccount } from '../../sign-in/remembered-account.ts';
import type { TypedNames } from '../../sign-in/typed-names.ts';
import { ACCOUNT_PARAMETER } from '../features/interactions.ts';
import type { Interaction, InteractionCall } from './interaction-call.ts';

/** The query with which a person comes back to choose another way to sign in. */
export const CHOOSE = 'choose';

export interface NameDependencies {
  readonly typedNames: TypedNames;
  readonly rememberedAccount: RememberedAccount;
}

/** A parameter of an authorization request. */
export function parameter({ params }: Interaction, name: string): string | undefined {
  const value = params[name];
  return typeof value === 'string' ? value : undefined;
}

/** What is known of the person's name: from this browser, and from the app's request. */
export function knownNames(
  { typedNames, rememberedAccount }: NameDependencies,
  ctx: Context,
  { uid, interaction }: { readonly uid: string; readonly interaction: Interaction },
): Pick<InteractionCall, 'hint' | 'named' | 'suggested' | 'rememberedAccount'> {
  const kept = typedNames.of(ctx);
  const typed = kept?.signIn === uid ? kept.typed : undefined;
  const hint = parameter(interaction, 'login_hint');
  return {
    hint,
    named: ctx.query[CHOOSE] === undefined ? typed : undefined,
    suggested: {
      account: typed?.account ?? parameter(interaction, ACCOUNT_PARAMETER) ?? '',
      // A sign-in that has expired is begun again with the name that was typed then.
      name: typed?.name ?? hint ?? kept?.typed.name ?? '',
    },
    rememberedAccount: rememberedAccount.of(ctx),
  };
}
