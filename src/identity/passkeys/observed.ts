import { CeremonyFault } from './ceremony-fault.ts';
import type { PasskeySettings } from './passkey-settings.ts';

/** Runs a check of an authenticator's answer, and counts how it ended. */
export async function observed<Result>(
  { observe }: Pick<PasskeySettings, 'observe'>,
  check: () => Promise<Result>,
): Promise<Result> {
  try {
    const result = await check();
    observe('ok');
    return result;
  } catch (error) {
    if (error instanceof CeremonyFault) observe(error.reason);
    throw error;
  }
}
