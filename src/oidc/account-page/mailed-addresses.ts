import { changeAddress, isAddressFree } from '../../identity/addresses/change-address.ts';
import { foldEmail, type Person } from '../../identity/credentials/people.ts';
import type { CodeCheck, CodeUse, MailedCodes } from '../../identity/mailed-codes/mailed-codes.ts';
import { isOwnBrowser } from '../../identity/own-browsers/own-browsers.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { type Mailer, mailLanguage } from '../../ports/mailer.ts';
import { codeMessage } from '../../sign-in/confirm-browser/confirm-browser.ts';
import type { RequestFacts } from '../../sign-in/events/sign-in-events.ts';
import type { Background } from '../background.ts';

/** The person who confirms an address, and the session in which they do. */
export interface AddressCall {
  readonly person: Person;
  readonly session: string;
  readonly source: RequestFacts;
  /** The id that the browser keeps; `undefined` if it has none. */
  readonly device: string | undefined;
  readonly email: string;
}

/** `changed`, or why the address was not. */
export type AddressOutcome = 'changed' | 'taken' | 'gone' | Exclude<CodeCheck, 'right'>;

/** Confirms addresses of people by a code that is mailed there. */
export interface MailedAddresses {
  /**
   * Mails a code, unless another person uses the address. Answers the same in either case, and as fast: what depends on it happens after the
   * answer (S25).
   * @returns how long to wait, in ms, if too many codes were asked for.
   */
  send(call: AddressCall): Promise<number | undefined>;
  /** Makes the address that of the person, if the code is right. @throws {ServiceError} AccessDenied if the login has ended. */
  confirm(call: AddressCall, code: string): Promise<AddressOutcome>;
}

interface MailedAddressesDependencies {
  readonly store: Pick<IdentityStore, 'accounts' | 'users'>;
  readonly mailer: Mailer;
  readonly codes: MailedCodes;
  readonly ephemeral: Pick<Ephemeral, 'get'>;
  readonly clock: Clock;
  readonly inBackground: Background['run'];
}

const useOf = ({ person: { subject }, session, email: address }: AddressCall): CodeUse => ({
  purpose: 'address',
  ...{ subject, session, address },
});

export function openMailedAddresses(deps: MailedAddressesDependencies): MailedAddresses {
  const { store, mailer, codes, ephemeral, clock, inBackground } = deps;
  return {
    async send(call) {
      const { person, source, device } = call;
      const browser = device === undefined ? undefined : { subject: person.subject, device };
      const isOwn = browser !== undefined && (await isOwnBrowser(ephemeral, browser, clock.now()));
      const issued = await codes.issue(useOf(call), { ip: source.ip, ownBrowser: isOwn ? device : undefined });
      if ('waitMs' in issued) return issued.waitMs;
      const to = foldEmail(call.email);
      inBackground(async () => {
        if (!(await isAddressFree(store, person, to))) return;
        const message = await codeMessage(deps, person, { purpose: 'address', ...issued });
        await mailer.queue({ to, message, language: mailLanguage(source.language), expiresAt: issued.endsAt });
      });
      return undefined;
    },
    async confirm(call, code) {
      const result = await codes.check(useOf(call), code);
      if (result !== 'right') return result;
      return await changeAddress(store, call.person, { email: call.email, now: clock.now() });
    },
  };
}
