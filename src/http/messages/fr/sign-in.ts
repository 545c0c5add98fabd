import type { signIn as english } from '../en/sign-in.ts';
import type { Translated } from '../message-text.ts';

export const signIn: Translated<typeof english> = {
  title: 'Se connecter',
  account: 'Identifiant ou alias du compte',
  leaveEmpty: 'Laissez vide pour vous connecter avec une adresse e-mail',
  name: 'Nom d’utilisateur ou adresse e-mail',
  password: 'Mot de passe',
  usePasskey: 'Utiliser une clé d’accès',
  or: 'ou',
  continueWith: 'Continuer avec {provider}',
  signInWith: 'Se connecter avec {provider}',
  nameAt: 'Nom d’utilisateur chez {provider}',
  inAccount: 'Compte\u00a0: {account}',
  anotherName: 'Utiliser un autre nom',
  anotherWay: 'Se connecter autrement',
  enterCode: 'Saisissez votre code',
  showFactor: 'Présentez votre second facteur',
  protectedByApp:
    'Votre compte est protégé par un second facteur. Ouvrez votre application d’authentification et saisissez les six chiffres affichés.',
  protectedByPasskey:
    'Votre compte est protégé par un second facteur. Préparez votre clé d’accès ou votre clé de sécurité.',
  protectedByBoth:
    'Votre compte est protégé par un second facteur. Utilisez votre clé d’accès ou votre clé de sécurité, ou saisissez les six chiffres affichés par votre application d’authentification.',
  usePasskeyOrKey: 'Utiliser une clé d’accès ou une clé de sécurité',
  noPasskeysHere: 'Ce navigateur ne peut pas utiliser de clés d’accès ici, ou n’exécute pas les scripts.',
  mfaCode: 'Code MFA',
  useRecoveryCode: 'Utiliser un code de récupération',
  recoveryCode: 'Code de récupération',
  recoveryCodeHint: 'L’un des dix codes que vous avez enregistrés. Chacun ne fonctionne qu’une fois.',
  continueWithRecoveryCode: 'Continuer avec le code de récupération',
  held: 'Trop de tentatives ont échoué avec ce nom sur des appareils où il n’avait jamais été utilisé. Pour vous connecter sur un tel appareil, saisissez les six chiffres affichés par votre application d’authentification, ou utilisez un code de récupération. Si vous n’avez ni l’un ni l’autre, utilisez un appareil sur lequel vous vous êtes déjà connecté, ou réessayez dans {wait}.',
  chooseNewPassword: 'Choisissez un nouveau mot de passe',
  passwordExpired: 'Votre mot de passe a expiré\u00a0: choisissez-en un autre pour continuer.',
  passwordReset: 'Votre mot de passe a été défini par un administrateur\u00a0: choisissez le vôtre pour continuer.',
  goodPassword: 'Quelques mots sans rapport entre eux font un bon mot de passe.',
  userName: 'Nom d’utilisateur',
  changePassword: 'Changer le mot de passe',
  passwordsDiffer: 'Les deux mots de passe ne sont pas identiques.',
  alreadyAnswered: 'Déjà répondu',
  youAnswered: 'Vous avez déjà répondu',
  firstAnswerCounts:
    'Vous avez envoyé ce formulaire deux fois, ou vous y êtes revenu. Votre première réponse est retenue.',
  firstAnswerCountsAs:
    'Vous avez envoyé ce formulaire deux fois, ou vous y êtes revenu. Votre première réponse est retenue\u00a0: vous êtes connecté en tant que {person}.',
  accountInText: 'votre compte',
  appInText: 'l’application',
  finishedTitle: 'Connexion terminée',
  finished: 'Cette connexion est déjà terminée',
  goBackTo:
    'Vous avez envoyé un formulaire deux fois, ou vous êtes revenu à une ancienne page. Pour continuer, revenez à {app}. Si vous n’y êtes pas connecté, reconnectez-vous à partir de là.',
  openTo:
    'Vous avez envoyé un formulaire deux fois, ou vous êtes revenu à une ancienne page. Pour continuer, ouvrez {app}. Si vous n’y êtes pas connecté, reconnectez-vous à partir de là.',
  openApp: 'Ouvrir {app}',
  wrong: 'Le compte, le nom ou le mot de passe est incorrect.',
  noName: 'Saisissez votre nom d’utilisateur ou votre adresse e-mail.',
  noAccount: 'Indiquez aussi le compte, ou saisissez votre adresse e-mail à la place du nom d’utilisateur.',
  disabled: 'Votre compte est désactivé. Contactez votre administrateur.',
  passkeyUnusable:
    'Cette clé d’accès ou clé de sécurité n’a pas pu être utilisée. Réessayez ou connectez-vous autrement.',
  passkeyRefused: 'Vous ne pouvez pas vous connecter ici avec cette clé d’accès. Connectez-vous autrement.',
  expired: 'Votre mot de passe a expiré. Demandez-en un nouveau à votre administrateur.',
  keyCopied:
    'Cette clé de sécurité a peut-être été copiée\u00a0: elle a été utilisée plus souvent ailleurs. Utilisez un autre facteur et supprimez celui-ci.',
  wrongCode: 'Le code est incorrect. Chaque code ne fonctionne qu’une fois.',
  thisPage: 'Cette page',
  requiresPasskey: '{app} exige une clé d’accès ou une clé de sécurité. Utilisez la vôtre pour continuer.',
  asksForPasskey: '{app} demande une clé d’accès ou une clé de sécurité. Utilisez la vôtre si vous le pouvez.',
};
