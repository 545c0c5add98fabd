const HEADER = 8;
const PART = 4;

/**
 * The security identifier of a person's primary group, which is in neither `member` nor `memberOf`: that of the person, with the group's
 * number at its end ([MS-DTYP] §2.4.2.2). @returns `undefined` if the bytes are not a security identifier.
 */
export function primaryGroupSid(personSid: Buffer, primaryGroupId: string): Buffer | undefined {
  const parts = personSid[1] ?? 0;
  const number = Number(primaryGroupId);
  const isSid = personSid[0] === 1 && parts > 0 && personSid.length === HEADER + PART * parts;
  if (!isSid || !/^\d+$/.test(primaryGroupId) || number >= 2 ** 32) return undefined;
  const sid = Buffer.from(personSid);
  sid.writeUInt32LE(number, sid.length - PART);
  return sid;
}
