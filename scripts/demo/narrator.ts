/** Narrates the demo in a terminal: text, commands, answers and checks. Secrets are masked in the output. */
export interface Narrator {
  chapter(title: string, ...prose: string[]): void;
  say(text: string): void;
  /** Shows a command as a user would type it. */
  command(who: string, line: string): void;
  answer(value: unknown): void;
  /** Checks a statement. Ends the demo if it is false. */
  check(isTrue: boolean, statement: string): void;
  /** From now on, shows `label` instead of this text. */
  mask(secret: string, label: string): void;
  /** The number of statements checked. */
  readonly checked: number;
}

/** A step had an unexpected result. */
export class UnexpectedResult extends Error {
  override readonly name = 'UnexpectedResult';
}

const COLOURS = { bold: 1, dim: 2, red: 31, green: 32, cyan: 36 } as const;

export function newNarrator(write: (text: string) => void, inColour: boolean): Narrator {
  const secrets = new Map<string, string>();
  let chapters = 0;
  let checked = 0;
  const masked = (text: string): string => {
    let shown = text;
    for (const [secret, label] of secrets) shown = shown.replaceAll(secret, `‹${label}›`);
    return shown;
  };
  const colour = (name: keyof typeof COLOURS, text: string): string =>
    inColour ? `\u001b[${COLOURS[name]}m${text}\u001b[0m` : text;
  const line = (text: string): void => write(`${text}\n`);

  return {
    chapter: (title, ...prose) => {
      chapters += 1;
      line('');
      line(colour('bold', `── ${chapters}. ${title} ${'─'.repeat(Math.max(2, 72 - title.length))}`));
      for (const text of prose) line(text);
    },
    say: (text) => line(`\n${text}`),
    command: (who, text) => line(`  ${colour('cyan', `${who} $`)} ${masked(text)}`),
    answer: (value) => {
      const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
      for (const part of masked(text).split('\n')) line(colour('dim', `      ${part}`));
    },
    check: (isTrue, statement) => {
      if (!isTrue) {
        line(`  ${colour('red', '✗')} ${masked(statement)}`);
        throw new UnexpectedResult(masked(statement));
      }
      checked += 1;
      line(`  ${colour('green', '✓')} ${masked(statement)}`);
    },
    mask: (secret, label) => {
      if (secret !== '') secrets.set(secret, label);
    },
    get checked() {
      return checked;
    },
  };
}
