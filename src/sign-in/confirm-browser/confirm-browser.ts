import type { Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import type { Form } from '../../http/read-form.ts';
import { requireAccount } from '../../identity/accounts/account-alias.ts';
import { accountName } from '../../identity/accounts/account-name.ts';
import type { Person } from '../../identity/credentials/people.ts';
import type { CodeUse, MailedCodes } from '../../identity/mailed-codes/mailed-codes.ts';
import {
  type AddingPerson,
  type BrowserStanding,
  browserStanding,
} from '../../identity/own-browsers/browser-standing.ts';
import { confirmBrowser } from '../../identity/own-browsers/own-browsers.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { type Mailer, type MailMessage, mailLanguage } from '../../ports/mailer.ts';
import { typedCode } from '../codes/typed-code.ts';
import type { RecordSignInEvent, RequestFacts } from '../events/sign-in-events.ts';
import { describeWait } from '../pages/describe-wait.ts';
import { CONFIRM_FIELDS, type ConfirmingBrowser } from './confirm-browser-page.ts';

/** Who confirms a browser, and in which session or sign-in. */
export interface ConfirmCall {
  readonly person: Person;
  readonly session: string;
  /** The id that the browser keeps. */
  readonly device: string;
  readonly source: RequestFacts;
}

/** The page to show. */
export interface ConfirmShown extends ConfirmingBrowser {
  readonly status: number;
  /** When it may be tried again, in ms from now. */
  readonly waitMs?: number | undefined;
}

/** Keeps a stolen password from being enough to add the thief's own way to sign in. */
export interface BrowserChecks {
  /** Whether a person may add the first way to sign in beside the password, or must confirm the browser first. */
  standing(adding: Pick<AddingPerson, 'amr' | 'device'> & { readonly person: Person }): Promise<BrowserStanding>;
  /** The page that asks to confirm the browser. */
  page(call: ConfirmCall): Promise<ConfirmShown>;
  /** Mails a code, or checks one, as the form asks. @returns the page to show; `confirmed` once the code was right. */
  run(call: ConfirmCall, form: Form): Promise<ConfirmShown | 'confirmed'>;
  /** The browser in which a mailed link was used is the person's own. */
  confirm(browser: { readonly subject: string; readonly device: string }): Promise<void>;
  /** Advises the operator that something that leads to a sign-in was added with nothing but the password, as no code could be asked for. */
  added(person: Pick<Person, 'arn'>, standing: BrowserStanding, what?: 'factor' | 'address' | 'login'): void;
}

export interface BrowserChecksDependencies {
  readonly store: Pick<IdentityStore, 'accounts'>;
  readonly ephemeral: Ephemeral;
  /** Default: no mail can be sent. */
  readonly mailer: Mailer | undefined;
  readonly codes: MailedCodes;
  readonly recordEvent: RecordSignInEvent;
  readonly clock: Clock;
  readonly advise: (message: string, facts: Readonly<Record<string, unknown>>) => void;
}

export type CodeMessage = Extract<MailMessage, { readonly kind: 'code' }>;

/** What a mailed code says of its person. */
export async function codeMessage(
  { store }: Pick<BrowserChecksDependencies, 'store'>,
  { accountId, name: userName }: Person,
  about: Pick<CodeMessage, 'purpose' | 'code' | 'endsAt'>,
): Promise<CodeMessage> {
  return { kind: 'code', userName, account: accountName(await requireAccount(store, accountId)), ...about };
}

/** What a code is that does not open anything. The same for the codes of a browser and of a new address. */
export const CODE_REFUSALS = {
  wrong: say('mailedCodes.wrongCode'),
  void: say('mailedCodes.codeVoid'),
} as const;

export const tooManyMails = (waitMs: number): Text => say('mailedCodes.tooManyMails', { wait: describeWait(waitMs) });

export function openBrowserChecks(deps: BrowserChecksDependencies): BrowserChecks {
  const { ephemeral, mailer, codes, clock, recordEvent } = deps;
  const useOf = ({ person, session }: ConfirmCall): CodeUse => ({
    purpose: 'browser',
    subject: person.subject,
    session,
    address: person.email ?? '',
  });
  const eventOf = ({ person, source }: ConfirmCall, name: string) =>
    ({ name, source, person, method: 'mail' }) as const;
  const send = async (call: ConfirmCall): Promise<ConfirmShown> => {
    const { person, source } = call;
    const email = person.email ?? '';
    const event = eventOf(call, 'SendEmailCode');
    const issued = await codes.issue(useOf(call), { ip: source.ip });
    if ('waitMs' in issued) {
      await recordEvent({ ...event, outcome: 'refused', errorCode: 'throttled', request: { purpose: 'browser' } });
      const isSent = await codes.isPending(useOf(call));
      return { email, isSent, status: 429, waitMs: issued.waitMs, error: tooManyMails(issued.waitMs) };
    }
    const message = await codeMessage(deps, person, { purpose: 'browser', ...issued });
    const language = mailLanguage(source.language);
    const isQueued = (await mailer?.queue({ to: email, message, language, expiresAt: issued.endsAt })) ?? false;
    await recordEvent({
      ...event,
      ...(isQueued ? { outcome: 'allowed' } : { outcome: 'refused', errorCode: 'not-mailed' }),
      request: { purpose: 'browser' },
    });
    return isQueued
      ? { email, isSent: true, status: 200 }
      : { email, isSent: false, status: 503, error: say('mailedCodes.notSent') };
  };
  return {
    standing: (adding) => browserStanding({ ephemeral, hasMailer: mailer !== undefined }, adding, clock.now()),
    async page(call) {
      return { email: call.person.email ?? '', isSent: await codes.isPending(useOf(call)), status: 200 };
    },
    async run(call, form) {
      if (form.get(CONFIRM_FIELDS.code) === undefined) return await send(call);
      const { subject, email = '' } = call.person;
      const result = await codes.check(useOf(call), typedCode(form, CONFIRM_FIELDS.code));
      const event = eventOf(call, 'ConfirmBrowser');
      if (result !== 'right') {
        await recordEvent({ ...event, outcome: 'refused', errorCode: `code-${result}` });
        return { email, isSent: result === 'wrong', status: 400, error: CODE_REFUSALS[result] };
      }
      await confirmBrowser(ephemeral, { subject, device: call.device }, clock.now());
      await recordEvent({ ...event, outcome: 'allowed' });
      return 'confirmed';
    },
    confirm: (browser) => confirmBrowser(ephemeral, browser, clock.now()),
    added({ arn }, standing, added = 'factor') {
      if (standing !== 'no-mail-server' && standing !== 'no-proven-address') return;
      deps.advise('a way to sign in was added in a new browser, with nothing but the password', {
        arn,
        added,
        why: standing,
      });
    },
  };
}
