import type { NoticeEvent } from '../../ports/mailer.ts';

/** The texts of one notice. */
export interface NoticeTexts {
  readonly subject: string;
  /** With `{person}`, `{named}` (see {@link MailTexts.named}), `{time}` and `{account}`. */
  readonly happened: string;
}

/** The texts about one kind of credential, before and after it is made inactive. */
export interface CredentialTexts {
  /** The subjects. With `{account}`. */
  readonly ending: string;
  readonly ended: string;
  /** With `{account}`, `{person}`, `{time}` and, for keys, `{key}`. */
  readonly will: string;
  /** With `{account}`, `{person}` and, for keys, `{key}`. */
  readonly was: string;
  readonly advice: string;
  readonly adviceAfter: string;
}

/**
 * The texts of all mails in one language. `{name}` is a placeholder, which may stand anywhere. Texts have no markup, and each is one line.
 */
export interface MailTexts {
  /** What was changed, in brackets behind a word, with the space before it; left out if nothing is named. With `{detail}`. */
  readonly named: string;
  readonly test: { readonly subject: string; readonly sent: string };
  readonly invitation: {
    /** With `{account}`. */
    readonly subject: string;
    /** With `{account}` and `{person}`. */
    readonly invited: string;
    /** The link follows. */
    readonly open: string;
    /** With `{time}`. */
    readonly until: string;
    readonly ignore: string;
  };
  readonly recovery: {
    /** With `{account}`. */
    readonly subject: string;
    /** With `{account}` and `{person}`. */
    readonly asked: string;
    readonly byProvider: string;
    readonly byAdministrator: string;
    /** The link follows. */
    readonly choose: string;
    /** With `{time}`. */
    readonly until: string;
    readonly ignore: string;
  };
  readonly code: {
    /** With `{account}`. */
    readonly subject: string;
    /** For a new address. With `{account}` and `{person}`. The code follows. */
    readonly address: string;
    /** For a browser. With `{account}` and `{person}`. The code follows. */
    readonly browser: string;
    /** With `{time}`. */
    readonly until: string;
    readonly keep: string;
    /** For a new address. */
    readonly ignore: string;
    /** For a browser. */
    readonly notYou: string;
  };
  readonly request: {
    /** With `{app}`. */
    readonly subject: string;
    /** With `{account}`, `{app}` and `{person}`. */
    readonly asks: string;
    /** The link follows. */
    readonly answer: string;
    /** With `{time}`. */
    readonly until: string;
    readonly ignore: string;
  };
  /** About a credential that the policy of the account makes inactive. */
  readonly credential: {
    readonly key: CredentialTexts;
    readonly password: CredentialTexts;
    /** Why. With `{days}`. */
    readonly reasons: Readonly<Record<'age' | 'unused' | 'temporary-only', string>>;
  };
  readonly notice: {
    /** With `{what}`, which is the subject of one of {@link notices}, and `{account}`. */
    readonly subject: string;
    readonly ifYou: string;
    readonly tellAdministrator: string;
    /** The link follows. */
    readonly secure: string;
    /** For the owner of the account, about what another person did. */
    readonly check: string;
  };
  readonly notices: Readonly<Record<NoticeEvent, NoticeTexts>>;
}
