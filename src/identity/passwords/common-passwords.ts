import { isBuiltFrom } from './built-from-words.ts';
import { isListed } from './password-list.ts';

/**
 * Up to three of these words in a row are rejected. Also rejected: one word from the list of the most common passwords
 * (`password-list.ts`), a repeated character or short piece, and runs along the alphabet, the digits or the keyboard.
 */
const WORDS = new Set(
  `password passwort passwd pass pw parola contrasena senha motdepasse wachtwoord haslo admin administrator root toor user
guest test tester testing demo default changeme change temp temporary secret private access login logon welcome hello hallo
letmein let me in open sesame opensesame enter system server service support manager office company business computer
internet network windows linux ubuntu debian apple google facebook twitter linkedin instagram youtube microsoft amazon
netflix samsung android iphone github docker oracle mysql postgres mongodb redis jenkins tomcat weblogic cisco juniper
rolecall cloud azure platform production staging development master mustang monkey dragon shadow superman batman spiderman
iloveyou love lovely loveme lover sweetheart honey babygirl baby angel princess prince queen king kingdom sunshine flower
flowers rainbow butterfly summer winter spring autumn january february march april may june july august september october
november december monday tuesday wednesday thursday friday saturday sunday football baseball basketball soccer hockey
tennis golf golfer rugby cricket cycling liverpool arsenal chelsea everton juventus barcelona realmadrid yankees lakers
cowboys steelers eagles packers patriots dallas jordan michael jennifer jessica ashley amanda nicole daniel thomas robert
matthew joshua andrew george charlie william james john david richard joseph anthony christopher alexander alexandra maria
anna sophie laura sarah michelle samantha elizabeth patrick martin peter paul mark steven kevin brian jason justin brandon
hunter ranger killer trustno trustnoone whatever nothing something anything nobody somebody everyone starwars startrek
pokemon pikachu naruto minecraft fortnite matrix phoenix tiger lion eagle falcon wolf bear panther dolphin horse kitty
cat dog puppy buster ginger pepper cookie chocolate cheese banana orange apple cherry lemon coffee beer pizza chicken
silver golden gold diamond platinum crystal purple yellow green blue red black white pink magic mercury jupiter saturn
thunder lightning storm hurricane ocean river mountain forest island london paris berlin madrid amsterdam newyork america
england germany france canada mexico brazil india china japan russia freedom liberty justice peace forever together
family mother father sister brother mommy daddy friend friends money dollar rich lucky success winner champion hero
legend ninja samurai warrior knight wizard hacker gamer player music guitar piano rock metal metallica nirvana beatles
slipknot eminem harley corvette ferrari porsche mercedes bmw toyota honda yamaha suzuki nissan maverick cooper scooter
biteme fuckyou fuckoff fuck asshole bitch sexy sex porn pussy naked hottie blowjob jesus christ god heaven lord bible
blessed faith church holy spirit access superuser supervisor operator qwerty qwertz azerty asdf zxcvbn abc abcd zaq xsw
correcthorsebatterystaple correct horse battery staple passphrase thisismypassword mypassword mypass my this is the your our
new old first last one two three four five six seven eight nine ten number sample example foo bar foobar baz qux lorem ipsum
please thanks thankyou goodbye bye yes no ok okay super mega ultra hyper best great good bad cool hot big little small happy
`
    .trim()
    .split(/\s+/),
);

const LONGEST_WORD = Math.max(...[...WORDS].map((word) => word.length));

const RUNS = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890123456789',
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertzuiopasdfghjklyxcvbnm',
  'azertyuiopqsdfghjklmwxcvbn',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik',
  '1q2w3e4r5t6y7u8i9o0p',
  'qazwsxedcrfvtgbyhnujmikolp',
  '!@#$%^&*()_+',
].flatMap((run) => [run, [...run].reverse().join('')]);

const PLAIN: Readonly<Record<string, string>> = {
  '@': 'a',
  '4': 'a',
  '3': 'e',
  '1': 'i',
  '!': 'i',
  '0': 'o',
  $: 's',
  '5': 's',
  '7': 't',
};

/** Whether a text is a sequence of at most three of the words. */
function isWords(text: string): boolean {
  // reachable[i]: the smallest number of words that the first i characters can be split into
  const reachable: (number | undefined)[] = [0];
  for (let end = 1; end <= text.length; end++) {
    for (let start = Math.max(0, end - LONGEST_WORD); start < end; start++) {
      const before = reachable[start];
      if (before === undefined || !WORDS.has(text.slice(start, end))) continue;
      reachable[end] = Math.min(reachable[end] ?? Number.POSITIVE_INFINITY, before + 1);
    }
  }
  const count = reachable[text.length];
  return count !== undefined && count <= 3;
}

/** Whether a text repeats one piece of at most a third of its length. */
function isRepetition(text: string): boolean {
  for (let size = 1; size <= text.length / 3; size++) {
    const piece = text.slice(0, size);
    if (piece.repeat(Math.ceil(text.length / size)).startsWith(text)) return true;
  }
  return false;
}

/** Whether a text consists of pieces, each at least four characters of a run along the keyboard, the alphabet or the digits. */
function isRun(text: string): boolean {
  let rest = text;
  while (rest.length >= 3) {
    let length = 0;
    for (const run of RUNS) {
      let reach = Math.min(rest.length, run.length);
      while (reach > length && !run.includes(rest.slice(0, reach))) reach--;
      length = Math.max(length, reach);
    }
    if (length < Math.min(4, rest.length)) return false;
    rest = rest.slice(length);
  }
  return true;
}

/** Whether a password is among those that attackers guess first. */
export function isCommonPassword(password: string): boolean {
  const folded = password.toLowerCase().replaceAll(/\s/g, '');
  if (isRepetition(folded) || isRun(folded) || isBuiltFrom(password, isListed)) return true;
  const plain = (text: string): string => [...text].map((character) => PLAIN[character] ?? character).join('');
  const bare = (text: string): string => text.replaceAll(/^[\W\d_]+|[\W\d_]+$/g, '');
  const letters = (text: string): string => text.replaceAll(/[\W\d_]+/g, '');
  const bared = [bare(folded), plain(bare(folded)), bare(plain(folded))];
  const whole = [folded, plain(folded), letters(folded), letters(plain(folded))];
  const candidates = [...bared, ...whole.filter((text) => folded.length - text.length <= 8)];
  return candidates.some((text) => text.length >= 3 && (isWords(text) || isRepetition(text)));
}

/** A number with fewer digits is a date, a telephone number or the like; a longer one may well be random. */
const MIN_NUMBER_LENGTH = 20;

/** Whether a password is only a number, with signs around it and separators in it, and too short to be a random one. */
export function isShortNumber(password: string): boolean {
  const number = password.replaceAll(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
  const digits = number.replaceAll(/[^\p{N}]/gu, '').length;
  return digits > 0 && digits < MIN_NUMBER_LENGTH && /^[\p{N}\s./:,;_+#*-]*$/u.test(number);
}
