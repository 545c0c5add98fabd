/** The words of a summary in one language. */
export interface SummaryWords {
  readonly asks: (requestor: string, minutes: string) => string;
  readonly minutes: (count: number) => string;
  readonly hours: (count: number) => string;
  readonly purpose: string;
  readonly may: string;
  readonly mayNot: string;
  readonly everything: string;
  readonly everythingBut: (actions: string) => string;
  readonly on: (resources: string) => string;
  readonly onAll: string;
  readonly onAllBut: (resources: string) => string;
  readonly onlyIf: (conditions: string) => string;
  readonly limits: string;
}

/** By language. */
export const SUMMARY_WORDS: Readonly<Record<string, SummaryWords>> = {
  en: {
    asks: (requestor, time) => `${requestor} asks for access to this account for ${time}.`,
    minutes: (count) => `${count} minutes`,
    hours: (count) => (count === 1 ? '1 hour' : `${count} hours`),
    purpose: 'Purpose, as the requestor states it:',
    may: 'With it, the requestor may:',
    mayNot: 'It may in no case:',
    everything: 'do everything',
    everythingBut: (actions) => `do everything except ${actions}`,
    on: (resources) => `on ${resources}`,
    onAll: 'on all resources',
    onAllBut: (resources) => `on all resources except ${resources}`,
    onlyIf: (conditions) => `only if ${conditions}`,
    limits:
      'It never gets more than the person who approves may do, and loses the access at once when that person loses it.',
  },
  de: {
    asks: (requestor, time) => `${requestor} bittet für ${time} um Zugriff auf dieses Konto.`,
    minutes: (count) => `${count} Minuten`,
    hours: (count) => (count === 1 ? '1 Stunde' : `${count} Stunden`),
    purpose: 'Zweck laut Antragsteller:',
    may: 'Damit darf der Antragsteller:',
    mayNot: 'Auf keinen Fall darf er:',
    everything: 'alles',
    everythingBut: (actions) => `alles außer ${actions}`,
    on: (resources) => `auf ${resources}`,
    onAll: 'auf allen Ressourcen',
    onAllBut: (resources) => `auf allen Ressourcen außer ${resources}`,
    onlyIf: (conditions) => `nur wenn ${conditions}`,
    limits:
      'Er darf nie mehr als die Person, die zustimmt, und verliert den Zugriff sofort, wenn diese Person ihn verliert.',
  },
  fr: {
    asks: (requestor, time) => `${requestor} demande l’accès à ce compte pendant ${time}.`,
    minutes: (count) => `${count} minutes`,
    hours: (count) => (count === 1 ? '1 heure' : `${count} heures`),
    purpose: 'But, selon le demandeur :',
    may: 'Le demandeur pourra :',
    mayNot: 'Il ne pourra en aucun cas :',
    everything: 'tout faire',
    everythingBut: (actions) => `tout faire sauf ${actions}`,
    on: (resources) => `sur ${resources}`,
    onAll: 'sur toutes les ressources',
    onAllBut: (resources) => `sur toutes les ressources sauf ${resources}`,
    onlyIf: (conditions) => `seulement si ${conditions}`,
    limits:
      'Il n’obtient jamais plus que ce que peut faire la personne qui approuve, et perd l’accès dès que cette personne le perd.',
  },
  es: {
    asks: (requestor, time) => `${requestor} solicita acceso a esta cuenta durante ${time}.`,
    minutes: (count) => `${count} minutos`,
    hours: (count) => (count === 1 ? '1 hora' : `${count} horas`),
    purpose: 'Finalidad, según el solicitante:',
    may: 'Con ello, el solicitante podrá:',
    mayNot: 'En ningún caso podrá:',
    everything: 'hacer todo',
    everythingBut: (actions) => `hacer todo excepto ${actions}`,
    on: (resources) => `en ${resources}`,
    onAll: 'en todos los recursos',
    onAllBut: (resources) => `en todos los recursos excepto ${resources}`,
    onlyIf: (conditions) => `solo si ${conditions}`,
    limits:
      'Nunca obtiene más de lo que puede hacer la persona que aprueba, y pierde el acceso en cuanto esa persona lo pierde.',
  },
  ja: {
    asks: (requestor, time) => `${requestor} がこのアカウントへの ${time}のアクセスを求めています。`,
    minutes: (count) => `${count} 分間`,
    hours: (count) => `${count} 時間`,
    purpose: '依頼元による目的:',
    may: '依頼元ができること:',
    mayNot: '決してできないこと:',
    everything: 'すべての操作',
    everythingBut: (actions) => `${actions} を除くすべての操作`,
    on: (resources) => `対象: ${resources}`,
    onAll: '対象: すべてのリソース',
    onAllBut: (resources) => `対象: ${resources} を除くすべてのリソース`,
    onlyIf: (conditions) => `条件: ${conditions}`,
    limits: '承認した人ができることを超えることはなく、その人が権限を失うと直ちにアクセスも失われます。',
  },
};
