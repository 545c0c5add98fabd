import { fairQueue } from './fair-queue.ts';
import type { PageRequest } from './page-request.ts';

/** Requests for pages that wait. */
export interface WaitingPages {
  readonly size: number;
  /** Returns the request that must be refused because there are too many of its kind: this one, or the newest of the network with most. */
  add(request: PageRequest): PageRequest | undefined;
  /** The next to start. @param withForms whether it may be a form. */
  take(withForms: boolean): PageRequest | undefined;
  remove(request: PageRequest): void;
}

/** Of so many starts, one is a stranger's even while people wait whose browsers are known. */
const STRANGERS_TURN = 4;

/**
 * Known browsers go first, so that a storm of strangers does not keep those away who have signed in before. Forms and other pages take turns.
 * Within each of these kinds, networks take turns: a thousand requests from one address delay those from another by one.
 * @param room how many of each kind may wait.
 */
export function waitingPages(room: number): WaitingPages {
  const kinds = () => ({ forms: fairQueue<PageRequest>(), others: fairQueue<PageRequest>() });
  const known = kinds();
  const strangers = kinds();
  let taken = 0;

  const queueOf = ({ isKnown, isForm }: PageRequest) => (isKnown ? known : strangers)[isForm ? 'forms' : 'others'];

  return {
    get size() {
      return [known, strangers].reduce((sum, { forms, others }) => sum + forms.size + others.size, 0);
    },
    add(request) {
      const queue = queueOf(request);
      const displaced = queue.size < room ? undefined : (queue.displace(request.networks) ?? request);
      if (displaced !== request) queue.add(request, request.networks);
      return displaced;
    },
    take(withForms) {
      taken += 1;
      for (const { forms, others } of taken % STRANGERS_TURN === 0 ? [strangers, known] : [known, strangers]) {
        for (const queue of taken % 2 === 0 ? [forms, others] : [others, forms]) {
          const next = queue === forms && !withForms ? undefined : queue.take();
          if (next !== undefined) return next;
        }
      }
      return undefined;
    },
    remove: (request) => void queueOf(request).remove(request),
  };
}
