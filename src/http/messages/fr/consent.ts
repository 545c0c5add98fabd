import type { consent as english } from '../en/consent.ts';
import type { Translated } from '../message-text.ts';

export const consent: Translated<typeof english> = {
  openid: 'Savoir qui vous êtes\u00a0: votre identifiant et votre compte',
  profile: 'Voir votre profil\u00a0: noms, photo, site web, genre, date de naissance, fuseau horaire et langue',
  email: 'Voir votre adresse e-mail',
  phone: 'Voir votre numéro de téléphone',
  address: 'Voir votre adresse postale',
  groups: 'Voir les groupes dont vous faites partie',
  rolecall: 'Voir votre compte et le nom (ARN) de votre utilisateur',
  offlineAccess: 'Rester connectée jusqu’à 14 jours, même en votre absence',
  title: 'Autoriser l’accès',
  allowApp: 'Autoriser {app}\u00a0?',
  asksAs: 'Vous êtes connecté en tant que {person} du compte {account}. {app} demande à\u00a0:',
  unverified:
    'Cette application n’est pas vérifiée : personne ne l’a enregistrée ici et seul le site {host} dit ce qu’elle est. Ne l’autorisez que si vous connaissez ce site et avez vous-même commencé cette connexion.',
  selfRegistered:
    'Cette application n’est pas vérifiée\u00a0: elle s’est enregistrée elle-même et personne ici n’a vérifié son nom. Ne l’autorisez que si vous avez vous-même commencé cette connexion et connaissez l’adresse vers laquelle elle vous envoie\u00a0: {address}.',
  useResource: 'Utiliser {resource} pour vous\u00a0: {scopes}',
  forTwoWeeks:
    'L’application peut le faire pendant 14 jours, jusqu’à ce que vous révoquiez son accès sur la page de votre compte.',
  whileSignedIn:
    'L’application peut le faire tant que vous êtes connecté, jusqu’à ce que vous révoquiez son accès sur la page de votre compte.',
  deviceProgramAsksAs:
    'Vous êtes connecté en tant que {person} du compte {account}. Un programme sur un autre appareil demande à\u00a0:',
  ownProgramAsksAs:
    'Vous êtes connecté en tant que {person} du compte {account}. Un programme sur votre ordinateur demande à\u00a0:',
  useRoles: 'Utiliser en votre nom les rôles que vous pouvez endosser',
  staySignedIn: 'Y rester connecté pendant un certain temps',
  staySignedInDevice: 'Rester connecté sur cet appareil pendant un certain temps',
  onlyIfYouRan: 'N’autorisez cette demande que si vous venez d’exécuter {command} vous-même.',
  nobodyElse: 'Personne d’autre ne devrait vous envoyer sur cette page.',
  mayRevoke: 'Vous pouvez révoquer cette autorisation à tout moment sur la page de votre compte.',
  allow: 'Autoriser',
  deny: 'Refuser',
  aboutApp: 'À propos de cette application',
  clientId: 'Identifiant du client',
  homePage: 'Page d’accueil',
  policy: 'Politique de confidentialité',
  terms: 'Conditions d’utilisation',
  sentTo: 'Vous serez redirigé vers',
  chooseAccount: 'Choisir un compte',
  continueAs: 'Continuer en tant que {person} ({account})',
  otherAccount: 'Se connecter avec un autre compte',
  notAssigned: 'Non attribuée',
  cannotUse: 'Vous ne pouvez pas utiliser {app}',
  askAssignment:
    'Vous êtes connecté en tant que {person} du compte {account}, et {app} ne vous est pas attribuée. Demandez à un administrateur du compte de l’attribuer à vous ou à l’un de vos groupes, ou connectez-vous avec un autre compte.',
  backTo: 'Retour à {app}',
};
