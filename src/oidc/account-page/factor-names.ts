import type { Factor } from '../../identity/credentials/credential-holder.ts';

/** What the pages call each kind of factor. */
export const KIND_NAMES: Readonly<Record<Factor['kind'], string>> = {
  totp: 'Authenticator app',
  passkey: 'Passkey or security key',
};

/** What a person calls a factor; by default, the last part of its serial number. */
export function nameOfFactor({ label, serialNumber }: Factor): string {
  return label ?? serialNumber.slice(serialNumber.lastIndexOf('/') + 1);
}

export const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);
export const minuteOf = (time: number): string => `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
