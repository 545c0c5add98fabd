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
  return endingInHash(name, identity);
}

/**
 * The session name of a person of a directory. The search for the typed name found no second person, so a user name that was typed is this
 * person's alone. Another one may come from an attribute that two people share, or that people change themselves: it ends in `==` and a hash
 * that includes the subject.
 */
export function sessionNameOfPerson({ userName, typed, subject }: NamedPerson): string {
  if (withoutCase(userName) === withoutCase(typed)) return sessionNameOf(userName);
  return endingInHash(Array.from(userName, escaped).join(''), JSON.stringify([userName, subject]));
}

interface NamedPerson {
  /** What the rules of the connector make of the person's name. */
  readonly userName: string;
  readonly typed: string;
  readonly subject: string;
}

/** Letters beyond ASCII stay as they are: some of them become ASCII letters in the other case, such as the Kelvin sign. */
function withoutCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function endingInHash(name: string, hashed: string): string {
  const end = `==${hash('sha256', hashed, 'hex').slice(0, HASH_LENGTH)}`;
  return `${name.slice(0, LONGEST - end.length)}${end}`;
}

function escaped(character: string): string {
  if (PLAIN.test(character)) return character;
  return [...Buffer.from(character)].map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}
