import { createHmac } from 'node:crypto';
import type { Sealer } from '../../keys/key-ring.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';

/**
 * Finds device codes by their user codes. A user code has few bits, and a device code is worth a sign-in: so the first appears in the store
 * only as a MAC, and the second is sealed.
 */
export interface UserCodes {
  /** Returns whether the user code was free. */
  add(userCode: string, deviceCode: string, ttlMs: number): Promise<boolean>;
  find(userCode: string): Promise<string | undefined>;
}

interface UserCodesDependencies {
  readonly ephemeral: Pick<Ephemeral, 'get' | 'setIfAbsent'>;
  readonly sealer: Sealer;
  /** 32 bytes, the same in every process. */
  readonly secret: Buffer;
}

export function openUserCodes({ ephemeral, sealer, secret }: UserCodesDependencies): UserCodes {
  const macOf = (userCode: string): string => createHmac('sha256', secret).update(userCode).digest('base64url');
  const boundTo = (mac: string): string => `user code ${mac}`;
  return {
    add(userCode, deviceCode, ttlMs) {
      const mac = macOf(userCode);
      const sealed = sealer.seal(Buffer.from(deviceCode), boundTo(mac));
      return ephemeral.setIfAbsent(EPHEMERAL_KEYS.userCode.of(mac), sealed, ttlMs);
    },
    async find(userCode) {
      const mac = macOf(userCode);
      const sealed = await ephemeral.get(EPHEMERAL_KEYS.userCode.of(mac));
      return sealed === undefined ? undefined : sealer.open(sealed, boundTo(mac)).toString('utf8');
    },
  };
}
