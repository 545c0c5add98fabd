/** Console federation: links that sign a browser in as a role. */
export const consoleFederation = {
  continueAsOther: 'Continue as someone else?',
  linkContinues:
    'This browser is signed in as {present}. The link that you followed continues as {principal} of account {account}.',
  linkFrom: 'The link says that it comes from {issuer}.',
  onlyIfAsked: 'Continue only if you asked for this yourself.',
  continueAs: 'Continue as {principal}',
  signedIn: 'Signed in as a role',
  principal: 'Principal',
  account: 'Account',
  until: 'Until',
  notSignedIn: 'Not signed in as a role',
  followNewLink:
    'Nobody is signed in to this browser by a link of console federation, or the session has ended. Follow a new link from where you got it.',
} as const;
