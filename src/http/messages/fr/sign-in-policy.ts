import type { signInPolicy as english } from '../en/sign-in-policy.ts';
import type { Translated } from '../message-text.ts';

export const signInPolicy: Translated<typeof english> = {
  addFactor: 'Ajouter un second facteur',
  asksForFactor:
    'Votre compte demande un second facteur à {person}. Ajoutez-en un maintenant pour continuer. Il vous sera aussi demandé la prochaine fois.',
  asksForPasskey:
    'Votre compte demande une clé d’accès ou une clé de sécurité à {person}. Ajoutez-en une maintenant pour continuer. Elle vous sera aussi demandée la prochaine fois.',
  askedForBy: 'Demandé par\u00a0: {rules}',
  whatPasskeysAre:
    'Une clé d’accès est conservée par cet appareil ou votre gestionnaire de mots de passe. Une clé de sécurité se branche ou s’approche de l’appareil.',
  anotherBrowser: 'Connectez-vous avec un autre navigateur pour en ajouter une.',
  tooManyCodes: 'Trop de codes incorrects ont été saisis. Réessayez plus tard.',
  usePasskey: 'Utilisez votre clé d’accès',
  showNewPasskey: 'Votre clé d’accès ou de sécurité est ajoutée. Utilisez-la une fois pour continuer.',
  showPasskey:
    'Votre compte demande votre clé d’accès ou votre clé de sécurité pour cette connexion. Si vous l’avez perdue, reconnectez-vous avec un code de récupération, ou demandez à votre administrateur de réinitialiser vos facteurs.',
  refusedTitle: 'Connexion refusée',
  refused: 'Votre compte n’autorise pas cette connexion',
  refusedWhy:
    'Votre identité est établie, mais la politique de connexion de votre compte refuse une connexion de ce type. Cela peut dépendre du lieu, de l’appareil, de l’heure ou de vos facteurs. Réessayez autrement, ou contactez votre administrateur en lui indiquant la référence.',
  rule: 'Règle',
  reference: 'Référence',
  anotherWay: 'Se connecter autrement',
  enrolmentRule: 'les administrateurs enregistrent une clé d’accès',
  passkeyDue:
    'Vous pouvez modifier les droits d’autres personnes\u00a0: à partir du {time}, une clé d’accès ou une clé de sécurité vous sera demandée à la connexion. Vous n’en avez pas encore.',
  factorDue:
    'Vous pouvez modifier les droits d’autres personnes\u00a0: à partir du {time}, un second facteur vous sera demandé à la connexion. Vous n’en avez pas encore.',
  passkeyDueForRoles:
    'À partir du {time}, les rôles d’administration vous demanderont une clé d’accès ou une clé de sécurité. Vous n’en avez pas encore.',
  factorDueForRoles:
    'À partir du {time}, les rôles d’administration vous demanderont un second facteur. Vous n’en avez pas encore.',
  addOneNow: 'En ajouter maintenant',
};
