import type { apps as english } from '../en/apps.ts';
import type { Translated } from '../message-text.ts';

export const apps: Translated<typeof english> = {
  noAccess: 'Accès refusé',
  noAccessTo: 'Vous n’avez pas accès à {app}',
  askAccess:
    'Vous êtes connecté en tant que {person}, et cette application ne vous est pas attribuée. Demandez l’accès à votre administrateur.',
  returnTo: 'Retourner à {app}',
  asSomeoneElse: 'Se connecter avec une autre identité',
  notAccepted:
    'Le message de l’application n’a pas été accepté. Communiquez les détails ci-dessous à son administrateur.',
  reason: 'Motif',
  app: 'Application',
  mayStillBe:
    'Vous êtes peut-être encore connecté à ces applications. Fermez le navigateur ou déconnectez-vous de chacune\u00a0:',
  requestFailed: 'Cette requête a échoué',
  signInEnded: 'Cette connexion est terminée',
  tryShortly: 'Réessayez dans un instant',
  wrongRedirect:
    '{app} a demandé de vous renvoyer vers une adresse (redirect_uri) qui n’est pas enregistrée pour elle. Les deux doivent être identiques, caractère par caractère.',
  wrongSignOutRedirect:
    '{app} a demandé de vous envoyer, après la déconnexion, vers une adresse (post_logout_redirect_uri) qui n’est pas enregistrée pour elle. Les deux doivent être identiques, caractère par caractère.',
  unknownClient: 'Aucune application n’est enregistrée ici sous le nom (client_id) envoyé, ou elle a été désactivée.',
  theApp: 'L’application',
  appMistake: 'L’application qui vous a envoyé ici a commis une erreur.',
  appMistakeDetail: 'L’application qui vous a envoyé ici a commis une erreur\u00a0: {detail}.',
  strongerTitle: 'Une connexion plus forte est requise',
  strongerNeeded: '{app} exige une connexion plus forte',
  notAsRequired: 'Vous êtes connecté en tant que {person}, mais pas de la manière exigée par {app}. {advice}',
  needsPasskey:
    'Une clé d’accès ou une clé de sécurité est exigée, et vous n’en avez aucune qui soit acceptée. {link}, puis reconnectez-vous.',
  needsFactor: 'Un second facteur est exigé, et vous n’en avez aucun. {link}, puis reconnectez-vous.',
  addFactor: 'Ajoutez-en à votre compte',
  usePasskey: 'Reconnectez-vous et utilisez votre clé d’accès ou votre clé de sécurité.',
  unknownDemand:
    'L’application demande quelque chose que ce serveur ne connaît pas. Prévenez les responsables de l’application.',
};
