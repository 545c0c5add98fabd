/** The pages of links in mails: an invitation, and “this wasn’t me”. */
export const mailedLinks = {
  invitationTitle: 'Accept your invitation',
  welcome: 'Welcome, {person}',
  invited: 'You were invited to the account {account} as {email}. Choose the password that you will sign in with.',
  invitedToChoose: 'You were invited to the account {account} as {email}. Choose how you will sign in.',
  withPasskey: 'With a passkey (recommended)',
  whatPasskeysDo:
    'This device, your password manager or a security key keeps it and checks your finger, face or PIN. You need no password then.',
  acceptWithPasskey: 'Accept with a passkey',
  withPassword: 'With a password',
  needsPasskey:
    'Your account asks for a passkey or security key. If you choose a password here, you add the passkey when you first sign in.',
  needsFactor:
    'Your account asks for a second factor. A passkey is enough. If you choose a password here, you add a second factor when you first sign in.',
  accept: 'Accept the invitation',
  canSignIn: 'You can sign in now',
  signInAs:
    'Sign in to the account {account} as {person}. Then add a passkey or another second factor to your account.',
  signInByPasskey:
    'Sign in to the account {account} as {person} with your passkey. Then create recovery codes or add another passkey, in case you lose this one.',
  invitationClosed: 'This invitation cannot be used',
  invitationClosedWhy:
    'It was used already, has expired, or was withdrawn or sent again. If you cannot sign in, ask your administrator for a new invitation.',
  addressTaken: 'Another user has your e-mail address already. Ask your administrator.',
  wasThisYou: 'Was this you?',
  toldYou: 'We told you of {event}: {person} in the account {account}.',
  newDevice: 'a sign-in on a new device',
  passwordChanged: 'a change of the password',
  passwordReset: 'a reset of the password',
  factorAdded: 'a new passkey, security key or authenticator app',
  factorRemoved: 'the removal of a passkey, security key or authenticator app',
  factorResetAnnounced: 'an administrator’s announcement to remove your passkey, security key or authenticator app',
  loginLinked: 'the linking of an outside login',
  loginUnlinked: 'the unlinking of an outside login',
  recoveryCodeUsed: 'the use of a recovery code',
  emailChanged: 'a change of the e-mail address',
  rootUsed: 'a use of the root user',
  emergencyAccessUsed: 'a use of emergency access',
  ifNotYou: 'If it was not you, secure the account now:',
  sessionsEnd: 'All sessions and tokens end, on every device.',
  passwordStops: 'The password stops working. Your administrator gives you a new one.',
  addedIsRemoved:
    'What was added since then, or in the hour before, is removed: passkeys, security keys, authenticator apps, recovery codes and linked logins.',
  addressComesBack: 'If your e-mail address was changed, you get the former one back.',
  secure: 'This wasn’t me: secure the account',
  ifYou: 'If it was you, close this page. Nothing has changed.',
  secured: 'The account is secured',
  sessionsEnded: 'All sessions of {person} in the account {account} have ended, and the password no longer works.',
  tellAdministrator:
    'Tell your administrator what happened, and ask for a new password. If you have a passkey, you can sign in with it and choose a new password yourself. Check the links in our other mails, too: each is about one change.',
  linkClosed: 'This link cannot be used',
  linkClosedWhy:
    'It was used already or has expired. If someone else may be using your account, tell your administrator now.',
} as const;
