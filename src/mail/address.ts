import { isMailAddress } from '../kernel/mail-address.ts';

/** A sender, with or without a name. */
export interface MailSender {
  readonly name: string;
  readonly address: string;
}

/** Reads `address` or `Name <address>`; `undefined` if the text is neither. */
export function readSender(text: string): MailSender | undefined {
  const named = /^(?<name>[^<>"\p{Cc}]*)<(?<address>[^<>]*)>$/u.exec(text.trim())?.groups;
  const name = named?.['name']?.trim() ?? '';
  const address = named?.['address']?.trim() ?? text.trim();
  return isMailAddress(address) ? { name, address } : undefined;
}
