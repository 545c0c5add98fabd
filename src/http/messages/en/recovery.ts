/** The pages of a person who has forgotten the password. */
export const recovery = {
  forgot: 'Forgot your password?',
  title: 'Get a new password',
  explained: 'Type the name that you sign in with. We mail you a link to choose a new password.',
  sendMail: 'Mail me a link',
  lookAtMail: 'Look at your mail',
  ifKnown: 'If this name has a confirmed e-mail address, we have sent a mail to it. Its link works for an hour.',
  noMail: 'No mail? Look among the unwanted mail, or ask your administrator. We send few mails an hour.',
  factorFirst:
    'You asked for a new password for {person} in the account {account}. First show a second factor: the mail alone is not enough.',
  noFactor: 'If you have no second factor at hand, ask your administrator.',
  newPassword: 'Choose a new password',
  signsOut: 'For {person} in the account {account}. You will be signed out everywhere.',
  setPassword: 'Set the new password',
  done: 'Your new password is set',
  doneExplained:
    'Sign in as {person} in the account {account} with your new password, and your second factor if you have one.',
  closedWhy:
    'It was used already or has expired, or you have signed out everywhere or changed your password since. Ask for a new one on the sign-in page.',
  factorAgain: 'Show your second factor again: that took too long.',
  wrongCode: 'The code is not right. Try again.',
} as const;
