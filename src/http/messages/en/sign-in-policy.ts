/** What the sign-in policy of an account demands, and the rule for privileged people. */
export const signInPolicy = {
  addFactor: 'Add a second factor',
  asksForFactor:
    'Your account asks {person} for a second factor. Add one now to continue. You will need it the next time, too.',
  asksForPasskey:
    'Your account asks {person} for a passkey or security key. Add one now to continue. You will need it the next time, too.',
  askedForBy: 'Asked for by: {rules}',
  whatPasskeysAre:
    'A passkey is kept by this device or your password manager. A security key is plugged in or held to the device.',
  anotherBrowser: 'Sign in with another browser to add one.',
  tooManyCodes: 'There were too many wrong codes. Try again later.',
  usePasskey: 'Use your passkey',
  showNewPasskey: 'Your passkey or security key is added. Use it once to continue.',
  showPasskey:
    'Your account asks for your passkey or security key for this sign-in. If you have lost it, sign in again with a recovery code, or ask your administrator to reset your factors.',
  refusedTitle: 'Sign-in refused',
  refused: 'Your account does not allow this sign-in',
  refusedWhy:
    'We know who you are, but the sign-in policy of your account does not allow a sign-in like this one. The place, the device, the time or your factors may be the reason. Try another way, or ask your administrator and give the reference.',
  rule: 'Rule',
  reference: 'Reference',
  anotherWay: 'Sign in in another way',
  enrolmentRule: 'administrators enrol a passkey',
  passkeyDue:
    'You may change what other people may do, so from {time} on, signing in asks you for a passkey or security key. You have none yet.',
  factorDue:
    'You may change what other people may do, so from {time} on, signing in asks you for a second factor. You have none yet.',
  passkeyDueForRoles:
    'From {time} on, roles with the rights of administrators ask you for a passkey or security key. You have none yet.',
  factorDueForRoles:
    'From {time} on, roles with the rights of administrators ask you for a second factor. You have none yet.',
  addOneNow: 'Add one now',
} as const;
