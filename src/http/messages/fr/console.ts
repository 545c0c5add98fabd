import type { consoleFederation as english } from '../en/console.ts';
import type { Translated } from '../message-text.ts';

export const consoleFederation: Translated<typeof english> = {
  continueAsOther: 'Continuer avec une autre identité\u00a0?',
  linkContinues:
    'Ce navigateur est connecté en tant que {present}. Le lien que vous avez suivi continue en tant que {principal} du compte {account}.',
  linkFrom: 'D’après le lien, il provient de {issuer}.',
  onlyIfAsked: 'Ne continuez que si vous l’avez demandé vous-même.',
  continueAs: 'Continuer en tant que {principal}',
  signedIn: 'Connecté avec un rôle',
  principal: 'Principal',
  account: 'Compte',
  until: 'Jusqu’au',
  notSignedIn: 'Non connecté avec un rôle',
  followNewLink:
    'Personne n’est connecté dans ce navigateur par un lien de fédération de console, ou la session est terminée. Suivez un nouveau lien là où vous l’avez obtenu.',
};
