/** What a sign-in policy can deny. A sign-in does all of these that its strength does not rule out. */
export const SIGN_IN_ACTIONS = {
  anySignIn: 'signin:SignIn',
  withoutSecondFactor: 'signin:WithoutSecondFactor',
  withoutPhishingResistantFactor: 'signin:WithoutPhishingResistantFactor',
} as const;
export type SignInAction = (typeof SIGN_IN_ACTIONS)[keyof typeof SIGN_IN_ACTIONS];

/** What a policy demands of a sign-in, weakest first. */
export const OUTCOMES = ['allow', 'require-factor', 'require-phishing-resistant', 'refuse'] as const;
export type SignInOutcome = (typeof OUTCOMES)[number];

/** The actions by what denying them demands, strongest first. */
export const DEMANDS: readonly { readonly action: SignInAction; readonly outcome: SignInOutcome }[] = [
  { action: SIGN_IN_ACTIONS.anySignIn, outcome: 'refuse' },
  { action: SIGN_IN_ACTIONS.withoutPhishingResistantFactor, outcome: 'require-phishing-resistant' },
  { action: SIGN_IN_ACTIONS.withoutSecondFactor, outcome: 'require-factor' },
];
