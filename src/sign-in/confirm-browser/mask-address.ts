/** An e-mail address as it is shown to a caller who may not be its owner: enough to know which mailbox to look into. */
export function maskAddress(email: string): string {
  const at = email.lastIndexOf('@');
  return `${Array.from(email)[0] ?? ''}•••${email.slice(at)}`;
}
