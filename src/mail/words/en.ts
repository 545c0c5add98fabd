import type { MailTexts } from './mail-texts.ts';

export const EN: MailTexts = {
  named: ' ({detail})',
  test: {
    subject: 'Test mail from Rolecall',
    sent: 'This is a test mail. Rolecall can send mail with these settings.',
  },
  invitation: {
    subject: 'Your invitation to {account}',
    invited: 'You have been invited to sign in to {account} as {person}.',
    open: 'Open this page to confirm your e-mail address and to choose how you sign in:',
    until: 'The link works once, until {time}.',
    ignore: 'If you did not expect this invitation, ignore this mail.',
  },
  recovery: {
    subject: 'Your sign-in to {account}',
    asked: 'A new password was asked for {person} in the account {account}.',
    byProvider:
      'You have no password here: you sign in through your organisation’s provider. Use its button on the sign-in page, or ask there for a new password.',
    byAdministrator: 'Your password can only be set by your administrator. Ask there.',
    choose: 'Choose it on this page. If you have a second factor, the page asks for it:',
    until: 'The link works once, until {time}.',
    ignore: 'If you did not ask for this, ignore this mail. Nothing has changed.',
  },
  code: {
    subject: 'Your code for {account}',
    address: 'With this code you confirm that this is the e-mail address of {person} in the account {account}:',
    browser:
      '{person} is about to change how they sign in to the account {account}, in a browser that is new. If this is you, type this code there:',
    until: 'The code works once, until {time}.',
    keep: 'Type it only on the page that asks for it. Nobody will ask you for it in any other way.',
    ignore: 'If you did not ask for this, ignore this mail. Nothing has changed.',
    notYou: 'If this is not you, another person can sign in as you: change your password, and tell your administrator.',
  },
  request: {
    subject: '{app} asks to sign you in',
    asks: '{app} asks whether it may sign you in as {person} of the account {account}.',
    answer: 'Look at the request, and allow or deny it, on this page:',
    until: 'It can be answered until {time}.',
    ignore: 'If you did not start this yourself, just now, deny it. Nothing happens unless you allow it.',
  },
  credential: {
    key: {
      ending: 'An access key of yours in {account} will stop working',
      ended: 'An access key of yours in {account} was made inactive',
      will: 'The access key {key} of {person} in the account {account} will be made inactive on {time}.',
      was: 'The access key {key} of {person} in the account {account} was made inactive.',
      advice:
        'If a program still uses it, change the program to temporary credentials of a role, or to a new access key if the account allows it.',
      adviceAfter:
        'If a program still uses it, change the program to temporary credentials of a role, or to a new access key if the account allows it.',
    },
    password: {
      ending: 'Your password in {account} will stop working',
      ended: 'Your password in {account} was made inactive',
      will: 'The password of {person} in the account {account} will be made inactive on {time}.',
      was: 'The password of {person} in the account {account} was made inactive.',
      advice: 'To keep it, sign in with it before then.',
      adviceAfter: 'To sign in with a password again, ask your administrator for a new one.',
    },
    reasons: {
      age: 'Access keys of this account may be used for {days} days.',
      unused: 'It has not been used for {days} days, which is as long as the account allows.',
      'temporary-only': 'Users of this account use temporary credentials only.',
    },
  },
  notice: {
    subject: '{what} ({account})',
    ifYou: 'If this was you, there is nothing to do.',
    tellAdministrator: 'If this was not you, tell your administrator.',
    secure: 'If this was not you, secure your account on this page:',
    check: 'Check in the audit record what was done.',
  },
  notices: {
    'new-device': {
      subject: 'New sign-in to your account',
      happened: '{person} signed in on a new device{named} on {time}, in the account {account}.',
    },
    'password-changed': {
      subject: 'Your password was changed',
      happened: 'The password of {person}{named} was changed on {time}, in the account {account}.',
    },
    'password-reset': {
      subject: 'An administrator reset your password',
      happened: 'An administrator reset the password of {person}{named} on {time}, in the account {account}.',
    },
    'factor-added': {
      subject: 'A sign-in factor was added',
      happened:
        'A passkey, security key or authenticator app{named} was added for {person} on {time}, in the account {account}.',
    },
    'factor-removed': {
      subject: 'A sign-in factor was removed',
      happened:
        'A passkey, security key or authenticator app{named} of {person} was removed on {time}, in the account {account}.',
    },
    'factor-reset-announced': {
      subject: 'An administrator is about to remove your sign-in factors',
      happened:
        'An administrator asked on {time} to remove a passkey, security key or authenticator app{named} of {person}, in the account {account}. This becomes possible after a waiting period.',
    },
    'login-linked': {
      subject: 'A login was linked to your account',
      happened:
        'A login of an outside provider{named} was linked to {person} on {time}, in the account {account}. It can now sign in.',
    },
    'login-unlinked': {
      subject: 'A login was unlinked from your account',
      happened: 'A login of an outside provider{named} was unlinked from {person} on {time}, in the account {account}.',
    },
    'recovery-code-used': {
      subject: 'A recovery code was used',
      happened: '{person} signed in with a recovery code{named} on {time}, in the account {account}.',
    },
    'email-changed': {
      subject: 'Your e-mail address was changed',
      happened: 'The e-mail address of {person}{named} was changed on {time}, in the account {account}.',
    },
    'root-used': {
      subject: 'The root user was used',
      happened: 'The root user of the account {account} was used{named} on {time}.',
    },
    'emergency-access-used': {
      subject: 'Emergency access was used',
      happened: '{person} used emergency access{named} on {time}, in the account {account}.',
    },
  },
};
