import type { connectors as english } from '../en/connectors.ts';
import type { Translated } from '../message-text.ts';

export const connectors: Translated<typeof english> = {
  signInFailed: 'La connexion n’a pas abouti',
  linkingFailed: 'L’association n’a pas abouti',
  signOutFailed: 'La déconnexion n’a pas abouti',
  chooseHow: 'Choisir comment se connecter',
  unverifiedSignOut:
    'Le message de votre fournisseur n’a pas pu être vérifié. Communiquez la référence ci-dessous à votre administrateur.',
  toProvider: 'Continuer vers votre fournisseur',
  signingOut: 'Déconnexion en cours',
  theProvider: 'le fournisseur',
  unknownWay: 'Ce mode de connexion n’est pas disponible. Choisissez-en un autre.',
  expired:
    'Cette connexion a expiré, a déjà été utilisée ou a été commencée dans un autre navigateur. Revenez à l’application et recommencez.',
  wrong: 'Le nom ou le mot de passe est incorrect.',
  notVerified:
    'La réponse reçue n’a pas pu être vérifiée (fournisseur\u00a0: {provider}). Réessayez. Si cela se reproduit, communiquez la référence ci-dessous à votre administrateur.',
  authnContext:
    'Le mode de connexion utilisé chez {provider} n’est pas accepté ici. Réessayez autrement, ou communiquez la référence ci-dessous à votre administrateur.',
  disabled: 'La connexion avec {provider} est désactivée. Connectez-vous autrement ou contactez votre administrateur.',
  declined: 'Vous n’avez pas terminé la connexion avec {provider}. Réessayez ou connectez-vous autrement.',
  unreachable:
    'Impossible de joindre {provider} pour le moment. Réessayez dans un instant ou connectez-vous autrement.',
  metadata:
    'La connexion avec {provider} n’est pas correctement configurée ici. Connectez-vous autrement, ou communiquez la référence ci-dessous à votre administrateur.',
  hostedDomain:
    'Cet identifiant de {provider} n’appartient à aucune organisation autorisée à se connecter ici. Choisissez un autre compte.',
  disabledUser: 'Votre compte est désactivé. Contactez votre administrateur.',
  condition:
    'Cet identifiant de {provider} ne peut pas être utilisé ici. Choisissez un autre compte, ou communiquez la référence ci-dessous à votre administrateur.',
  throttled: 'Trop de tentatives ont échoué. Réessayez plus tard.',
  busy: 'Trop de personnes se connectent en ce moment. Attendez une minute, puis réessayez.',
  passwordDue:
    'Votre mot de passe chez {provider} a expiré ou doit être changé. Changez-le là-bas, puis connectez-vous ici.',
  accountState: 'Votre compte chez {provider} ne peut pas se connecter pour l’instant. Contactez votre administrateur.',
  notLinked:
    'Cet identifiant de {provider} n’est associé à aucun utilisateur ici. Contactez votre administrateur, ou connectez-vous autrement et associez-le sur la page de votre compte si elle le propose.',
  linkedElsewhere:
    'Cet identifiant de {provider} est associé à un autre utilisateur ici. Choisissez un autre compte, ou commencez par supprimer cette association.',
  linking:
    'La session de l’utilisateur qui a fait cette demande n’est plus ouverte, ou vous ne pouvez pas associer cet identifiant. Rien n’a été associé. Recommencez.',
  user: 'Votre utilisateur ne peut pas se connecter ici. Communiquez la référence ci-dessous à votre administrateur.',
};
