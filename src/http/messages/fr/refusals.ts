import type { refusals as english } from '../en/refusals.ts';
import type { Translated } from '../message-text.ts';

export const refusals: Translated<typeof english> = {
  starting: 'Le service démarre et ne parvient pas encore à joindre son stockage. Réessayez dans un instant.',
  formUnreadable: 'Le formulaire n’a pas pu être lu.',
  tooLarge: 'La requête est trop volumineuse.',
  foreignForm: 'Ce formulaire ne provient pas de notre page. Revenez en arrière et réessayez.',
  foreignLinkForm: 'Le formulaire ne provient pas de notre page. Ouvrez de nouveau le lien.',
  requestExpired: 'Cette requête a expiré. Revenez à l’application et recommencez.',
  signedOut: 'Votre session est terminée. Reconnectez-vous.',
  didNotSignIn: 'Vous ne vous êtes pas connecté. Ouvrez la page de connexion pour réessayer.',
  mayNotChangePassword:
    'Votre compte ne vous permet pas de changer votre mot de passe ici. Contactez votre administrateur.',
  signInEnded:
    'Cette connexion est déjà terminée, a expiré ou a été commencée dans un autre navigateur. Revenez à l’application et recommencez.',
  storeUnreachable: 'Le serveur ne parvient pas à joindre son stockage. Réessayez dans un instant.',
  shuttingDown: 'Le serveur est en cours d’arrêt.',
  tooManySignIns: 'Trop de connexions simultanées. Réessayez dans un instant.',
  ownWindow: 'Ouvrez ce lien dans sa propre fenêtre.',
  linkSpent:
    'Ce lien a déjà été utilisé ou date de plus de 15 minutes. Retournez là où vous l’avez obtenu et suivez-en un nouveau.',
  passwordChanged: 'Le mot de passe a été changé. Reconnectez-vous.',
  passwordBreached: 'Ce mot de passe figure dans une fuite de données d’un autre service : choisissez-en un autre.',
  passwordShort: 'Le mot de passe doit comporter au moins {length} caractères.',
  passwordLong: 'Le mot de passe doit comporter au plus {length} caractères.',
  passwordUppercase: 'Le mot de passe doit contenir au moins une majuscule.',
  passwordLowercase: 'Le mot de passe doit contenir au moins une minuscule.',
  passwordNumber: 'Le mot de passe doit contenir au moins un chiffre.',
  passwordSymbol: 'Le mot de passe doit contenir au moins un symbole.',
  passwordCommon: 'Ce mot de passe est trop facile à deviner\u00a0: il est très courant.',
  passwordOnlyNumber: 'Ce mot de passe est trop facile à deviner\u00a0: ce n’est qu’un nombre.',
  passwordFromContext:
    'Le mot de passe ne doit pas être formé à partir de votre nom, de votre compte ou de votre adresse.',
  passwordReused: 'Vous avez déjà utilisé ce mot de passe. Choisissez-en un autre.',
};
