import { codeAt, timeStepAt } from '../../src/identity/factors/totp.ts';

export interface ConsecutiveCodes {
  readonly AuthenticationCode1: string;
  readonly AuthenticationCode2: string;
}

/**
 * Enables an MFA device by the codes of the two steps before now, so that the code of now can still be used. The second of them is accepted
 * until this step ends, so if the first attempt fails, there is another one, with later codes.
 */
export async function enableByFormerCodes(
  seed: Uint8Array,
  enable: (codes: ConsecutiveCodes) => Promise<unknown>,
): Promise<void> {
  const attempt = () => {
    const step = timeStepAt(Date.now());
    return enable({ AuthenticationCode1: codeAt(seed, step - 2), AuthenticationCode2: codeAt(seed, step - 1) });
  };
  await attempt().catch(attempt);
}
