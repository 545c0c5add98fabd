import { hash } from 'node:crypto';

/** What a session name may contain (STS API reference, RoleSessionName), except the escape character. */
const PLAIN = /[\w+,.@-]/;
const LONGEST = 64;
const SHORTEST = 2;
/** Characters of a hash: 96 bits. */
const HASH_LENGTH = 24;

/**
 * The session name of an identity whose name was chosen elsewhere: a certificate's common name, the subject of a token. Two different
 * identities never get the same name, since trust policies may compare it. Other characters become `=` and their UTF-8 bytes in hex
 * (`a/b` is `a=2Fb`), and a name that is too long or too short ends in `==` and a hash of the whole.
 */
export function sessionNameOf(identity: string): string {
  const name = Array.from(identity, escaped).join('');
  if (name.length >= SHORTEST && name.length <= LONGEST) return name;
  const end = `==${hash('sha256', identity, 'hex').slice(0, HASH_LENGTH)}`;
  return `${name.slice(0, LONGEST - end.length)}${end}`;
}

function escaped(character: string): string {
  if (PLAIN.test(character)) return character;
  return [...Buffer.from(character)].map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}
