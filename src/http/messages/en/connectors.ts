/** Signing in through outside providers. */
export const connectors = {
  signInFailed: 'Sign-in did not work',
  linkingFailed: 'Linking did not work',
  signOutFailed: 'Sign-out did not work',
  chooseHow: 'Choose how to sign in',
  unverifiedSignOut: 'The message of your provider could not be verified. Give your administrator the reference below.',
  toProvider: 'Continue to your provider',
  signingOut: 'Signing out',
  theProvider: 'the provider',
  unknownWay: 'This way to sign in is not available. Choose another one.',
  expired:
    'This sign-in has expired, was used already, or began in another browser. Go back to the app and start again.',
  wrong: 'The name or password is not right.',
  notVerified:
    'The answer of {provider} could not be verified. Try again. If it happens again, give your administrator the reference below.',
  authnContext:
    'You signed in at {provider} in a way that is not accepted here. Try again in another way, or give your administrator the reference below.',
  disabled: 'Signing in with {provider} is switched off. Sign in another way, or ask your administrator.',
  declined: 'You did not finish signing in with {provider}. Try again, or sign in another way.',
  unreachable: '{provider} cannot be reached at the moment. Try again shortly, or sign in another way.',
  metadata:
    '{provider} is not set up correctly here. Sign in another way, or give your administrator the reference below.',
  hostedDomain:
    'This login with {provider} does not belong to an organisation that may sign in here. Choose another account.',
  disabledUser: 'Your account is disabled. Ask your administrator.',
  condition:
    'This login with {provider} may not be used here. Choose another account, or give your administrator the reference below.',
  throttled: 'There were too many failed attempts. Try again later.',
  busy: 'Too many people are signing in at the moment. Wait a minute, then try again.',
  passwordDue: 'Your password at {provider} has expired or must be changed. Change it there, and then sign in here.',
  accountState: 'Your account at {provider} may not sign in now. Ask your administrator.',
  notLinked:
    'This login with {provider} is not linked to a user here. Ask your administrator, or sign in another way and link it on your account page if that offers it.',
  linkedElsewhere:
    'This login with {provider} is linked to another user here. Choose another account, or unlink it there first.',
  linking:
    'You are no longer signed in as the user who asked for this, or may not link this login. Nothing was linked. Start again.',
  user: 'Your user here cannot sign in. Give your administrator the reference below.',
} as const;
