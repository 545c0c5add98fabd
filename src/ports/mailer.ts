/** What people are told about changes of their credentials. Each has its words in `mail/words`. */
export type NoticeEvent =
  | 'new-device'
  | 'password-changed'
  | 'password-reset'
  | 'factor-added'
  | 'factor-removed'
  | 'factor-reset-announced'
  | 'login-linked'
  | 'login-unlinked'
  | 'recovery-code-used'
  | 'email-changed'
  | 'root-used'
  | 'emergency-access-used';

/** What a mail says, as data. The words are chosen by the sender of mail. */
export type MailMessage =
  | { readonly kind: 'test' }
  | {
      readonly kind: 'invitation';
      readonly userName: string;
      readonly account: string;
      readonly link: string;
      /** Milliseconds since the epoch. */
      readonly endsAt: number;
    }
  | {
      /** For a person who has forgotten the password. */
      readonly kind: 'recovery';
      readonly userName: string;
      readonly account: string;
      /** Where a new password is chosen; absent if the person has to ask `askInstead`. */
      readonly link?: string;
      readonly askInstead?: 'provider' | 'administrator';
      /** Milliseconds since the epoch. */
      readonly endsAt: number;
    }
  | {
      /** A one-time code. */
      readonly kind: 'code';
      /** What it proves: the address that it is mailed to, or who is at a browser. */
      readonly purpose: 'address' | 'browser';
      readonly userName: string;
      readonly account: string;
      readonly code: string;
      /** Milliseconds since the epoch. */
      readonly endsAt: number;
    }
  | {
      /** An app asks whether it may sign the person in. */
      readonly kind: 'request';
      readonly userName: string;
      readonly account: string;
      readonly app: string;
      /** Where the person answers. It answers nothing by itself. */
      readonly link: string;
      /** Milliseconds since the epoch. */
      readonly endsAt: number;
    }
  | {
      /** A credential was made inactive by the credential policy of the account, or soon will be. */
      readonly kind: 'credential';
      readonly userName: string;
      readonly account: string;
      /** Absent for the password. */
      readonly accessKeyId?: string;
      readonly reason: 'age' | 'unused' | 'temporary-only';
      /** How many days the policy allows; 0 for `temporary-only`. */
      readonly days: number;
      /** When it is made inactive, in ms since the epoch; absent if it has been. */
      readonly endsAt?: number;
    }
  | {
      readonly kind: 'notice';
      readonly event: NoticeEvent;
      readonly userName: string;
      readonly account: string;
      /** What was changed, such as the name of a factor or the browser. */
      readonly detail?: string;
      /** Milliseconds since the epoch. */
      readonly at: number;
      /** Leads to the page "this wasn't me"; absent if it cannot help. */
      readonly link?: string;
      /** Whether the owner of the account is told of what another person did. */
      readonly isForOwner?: boolean;
    };

/** The languages of mails, by their tags (RFC 5646). The first is for people whose language is not known. */
export const MAIL_LANGUAGES = ['en', 'de', 'fr', 'es', 'ja'] as const;
export type MailLanguage = (typeof MAIL_LANGUAGES)[number];

/** The language for a tag; `undefined` if there is none, or mails are not in it. */
export function mailLanguage(tag: string | undefined): MailLanguage | undefined {
  return MAIL_LANGUAGES.find((language) => language === tag);
}

export interface OutgoingMail {
  /** One address. */
  readonly to: string;
  readonly message: MailMessage;
  /** Default: English. */
  readonly language?: MailLanguage | undefined;
  /** Milliseconds since the epoch: after that the mail is of no use and is given up. */
  readonly expiresAt: number;
}

/** Accepts mail for delivery. Absent wherever no mail server is configured. */
export interface Mailer {
  /**
   * Stores a mail for delivery in the background. Never contacts a mail server.
   * @returns whether the mail was accepted; `false` if too many are waiting, or the address cannot be written to.
   */
  queue(mail: OutgoingMail): Promise<boolean>;
}
