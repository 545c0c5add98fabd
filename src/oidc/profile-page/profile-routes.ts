import Router from '@koa/router';
import type { Context } from 'koa';
import type { Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { showPage } from '../../http/page.ts';
import type { Form } from '../../http/read-form.ts';
import type { User } from '../../identity/documents/user.ts';
import {
  PROFILE_ATTRIBUTES,
  type ProfileAttribute,
  type ProfileValues,
} from '../../identity/documents/users/profile.ts';
import { type AttributeFault, readAttribute } from '../../identity/profile/attribute-rules.ts';
import { changeProfile, type ProfileChange, withProfile } from '../../identity/profile/change-profile.ts';
import { outsideValues, profileOf } from '../../identity/profile/profile-of.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { type AccountRoutesDependencies, callerOf } from '../account-page/account-routes.ts';
import { hasOwnProfile } from '../account-page/own-profile.ts';
import { ACCOUNT_FORMS, findSignedIn, readOwnForm, type SignedIn } from '../account-page/signed-in.ts';
import { ACCOUNT_PATH, PROFILE_PATH } from '../own-client.ts';
import { type ProfileFaults, profilePage } from './profile-page.ts';

interface ProfileRoutesDependencies extends AccountRoutesDependencies {
  readonly store: Pick<IdentityStore, 'users'>;
}

/** What a form comes to. */
interface Shown {
  readonly values?: ProfileValues;
  readonly faults?: ProfileFaults;
  readonly notice?: Text;
}

/** The page `/sign-in/profile`, on which signed-in users see and change what apps may learn of them. */
export function profileRoutes(deps: ProfileRoutesDependencies): Router {
  const router = new Router();
  const { store, ownProfile, clock } = deps;

  const toAccount = (ctx: Context): void => {
    ctx.redirect(`${deps.publicUrl}${ACCOUNT_PATH}`);
    ctx.status = 303;
  };
  const userOf = async ({ person }: SignedIn): Promise<User | undefined> =>
    person.kind === 'user' ? store.users.get([person.accountId, person.subject]) : undefined;
  const changeableOf = (user: User): readonly ProfileAttribute[] => {
    const outside = outsideValues(user);
    return PROFILE_ATTRIBUTES.filter((name) => ownProfile.attributes.has(name) && outside[name] === undefined);
  };
  const isAllowed = async (ctx: Context, found: SignedIn): Promise<boolean> =>
    await hasOwnProfile(ownProfile, found.person, await callerOf(deps, ctx, found));
  const show = (ctx: Context, { session }: SignedIn, user: User, shown: Shown): void => {
    const { values: stored } = profileOf(user);
    const { faults = new Map(), notice } = shown;
    const changeable = changeableOf(user);
    ctx.status = faults.size > 0 ? 400 : 200;
    const title = say('profile.title');
    showPage(ctx, {
      title: faults.size > 0 ? say('frame.errorTitle', { title }) : title,
      body: profilePage({
        csrf: deps.csrfTokens.make(session.uid, ACCOUNT_FORMS),
        values: { ...stored, ...shown.values },
        changeable,
        fixed: PROFILE_ATTRIBUTES.filter((name) => stored[name] !== undefined && !changeable.includes(name)),
        faults,
        notice,
      }),
    });
  };
  const record = async (
    ctx: Context,
    { person }: SignedIn,
    outcome: { readonly errorCode: string } | { readonly attributes: readonly ProfileAttribute[] },
  ): Promise<void> =>
    deps.recordEvent({
      name: 'ChangeProfile',
      ...('attributes' in outcome
        ? { outcome: 'allowed', request: { attributes: outcome.attributes } }
        : { outcome: 'refused', ...outcome }),
      source: deps.factsOf(ctx.req),
      person,
      method: 'session',
    });

  router.get(PROFILE_PATH, async (ctx) => {
    const found = await findSignedIn(deps, ctx);
    const user = found && (await userOf(found));
    if (found === undefined || user === undefined || !(await isAllowed(ctx, found))) return toAccount(ctx);
    return show(ctx, found, user, {});
  });

  router.post(PROFILE_PATH, async (ctx) => {
    const found = await findSignedIn(deps, ctx);
    const user = found && (await userOf(found));
    if (found === undefined || user === undefined) return toAccount(ctx);
    const form = await readOwnForm(deps, ctx, found.session);
    if (!(await isAllowed(ctx, found))) {
      await record(ctx, found, { errorCode: 'AccessDenied' });
      throw new ServiceError(
        'AccessDenied',
        'Your account does not let you change your profile. Ask your administrator.',
      );
    }
    const { change, faults, typed } = readProfileForm(form, changeableOf(user));
    if (faults.size > 0) return show(ctx, found, user, { values: typed, faults });
    const now = clock.now();
    const attributes = changedNames(user, withProfile(user, change, now));
    const changed = attributes.length === 0 ? user : await changeProfile({ store, now }, user, change);
    if (changed === undefined) return toAccount(ctx);
    if (attributes.length > 0) await record(ctx, found, { attributes });
    return show(ctx, found, changed, { notice: say('profile.saved') });
  });

  return router;
}

/** Reads the fields that the person may change. Others are as if they were not there; an empty one removes its attribute. */
function readProfileForm(form: Form, changeable: readonly ProfileAttribute[]) {
  const set: { [Name in ProfileAttribute]?: string } = {};
  const typed: { [Name in ProfileAttribute]?: string } = {};
  const remove: ProfileAttribute[] = [];
  const faults = new Map<ProfileAttribute, AttributeFault>();
  for (const name of changeable) {
    const text = form.get(name);
    if (text === undefined) continue;
    typed[name] = text;
    const read = readAttribute(name, text);
    if (text.trim() === '') remove.push(name);
    else if (typeof read === 'object') set[name] = read.value;
    else faults.set(name, read);
  }
  const change: ProfileChange = { set, remove };
  return { change, faults, typed };
}

function changedNames(before: User, after: User): readonly ProfileAttribute[] {
  const [old, now] = [before.profile?.attributes ?? {}, after.profile?.attributes ?? {}];
  return PROFILE_ATTRIBUTES.filter((name) => old[name] !== now[name]);
}
