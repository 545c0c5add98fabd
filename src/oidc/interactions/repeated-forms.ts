import { setTimeout } from 'node:timers/promises';
import type { Context } from 'koa';
import type { Random } from '../../kernel/random.ts';
import { hashedId } from '../../keys/hashed-id.ts';
import type { Sealer } from '../../keys/key-ring.ts';
import { hasInteraction, readAhead } from '../storage/read-ahead.ts';
import type { RequestStore } from '../storage/request-store.ts';

/** A form as it was sent to an interaction. */
export interface SentForm {
  readonly interaction: string;
  /** Its body. */
  readonly text: string;
}

/**
 * A person who double-clicks sends a form twice, and sees only what the second one is answered. The first one ends the interaction, once and
 * for all; the second one gets the same answer.
 */
export interface RepeatedForms {
  /** Leaves the answer, as it stands, to whoever sends the form again; stored with all that the request stores. */
  leave(ctx: Context, form: SentForm): Promise<void>;
  /**
   * Of a form whose interaction is not there, from the browser that has its cookie: waits a little until the interaction is back, or what has
   * ended it is answered, and then answers the same, if that was this very form.
   * @returns whether it has answered; where not, the request goes on with what there is.
   */
  answer(ctx: Context, form: SentForm): Promise<boolean>;
}

export interface RepeatedFormsDependencies {
  readonly requests: RequestStore;
  readonly sealer: Sealer;
  readonly random: Random;
  /** The interaction that the request's cookie names, if it is signed. */
  readonly interactionOf: (ctx: Context) => string | undefined;
}

interface Answer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string | string[]])[];
  readonly body: string;
}

/** Ms. */
const ANSWER_LIFETIME = 15_000;
/** Ms from one look to the next, three seconds in all: longer than a password takes to be checked where much is going on. */
const PAUSES: readonly number[] = [20, 40, 80, ...Array<number>(28).fill(100)];
/** In one process; the others are answered at once that the sign-in has ended. */
const MOST_WAITING = 50;
/** What differs from what each answer has. */
const HEADERS = ['Location', 'Set-Cookie', 'Content-Type', 'Content-Security-Policy'];
/** An answer that is nobody's: of a request that was not stored. */
const NONE = '';

const answerKey = ({ interaction }: SentForm): string => `oidc/interaction-answer/${hashedId(interaction)}`;
/**
 * Another form than the one that was answered does not open the answer: the whole body is authenticated with it, but is not in it, so that
 * nothing of a password is stored, not even a hash.
 */
const boundTo = ({ interaction, text }: SentForm): string => `answer ${JSON.stringify([interaction, text])}`;

export function openRepeatedForms({
  requests,
  sealer,
  random,
  interactionOf,
}: RepeatedFormsDependencies): RepeatedForms {
  let waiting = 0;
  const isThere = ({ interaction }: SentForm): Promise<boolean> => hasInteraction(requests, interaction);

  const give = (ctx: Context, form: SentForm, left: string): boolean => {
    let answer: Answer;
    try {
      answer = JSON.parse(sealer.open(left, boundTo(form)).toString('utf8')) as Answer;
    } catch {
      return false;
    }
    ctx.status = answer.status;
    for (const [name, value] of answer.headers) ctx.set(name, value);
    ctx.body = answer.body;
    return true;
  };

  const waitFor = async (ctx: Context, form: SentForm): Promise<boolean> => {
    for (const pause of PAUSES) {
      await setTimeout(pause);
      // Whoever went away would only take the interaction from one who is still there.
      if (ctx.req.socket.destroyed) return false;
      requests.forget();
      const [left, isBack] = await Promise.all([requests.ephemeral.get(answerKey(form)), isThere(form)]);
      if (isBack) {
        // Of all that wait one takes it, and all that it is gone on with by is read anew.
        requests.forget();
        await readAhead({ requests, random }, ctx.req, form.interaction);
        if (await isThere(form)) return false;
      } else if (left !== undefined) return give(ctx, form, left);
    }
    return false;
  };

  return {
    async leave(ctx, form) {
      const { status, body, response } = ctx;
      if (status >= 400 || typeof body !== 'string') return;
      const headers = HEADERS.map((name) => [name, response.get(name)] as const).filter(([, value]) => value);
      const answer: Answer = { status, headers, body };
      // Sealed: it holds cookies and codes.
      const sealed = sealer.seal(Buffer.from(JSON.stringify(answer)), boundTo(form));
      await requests.ephemeral.set(answerKey(form), sealed, ANSWER_LIFETIME);
      // As the last of all writes it is hardly ever there without the others; where it is, it goes at once.
      requests.afterwards((failure) => {
        if (failure === undefined) return;
        requests.ephemeral.set(answerKey(form), NONE, ANSWER_LIFETIME).catch(() => {});
      });
    },
    async answer(ctx, form) {
      if (interactionOf(ctx) !== form.interaction || (await isThere(form))) return false;
      if (waiting >= MOST_WAITING) return false;
      waiting++;
      try {
        return await waitFor(ctx, form);
      } finally {
        waiting--;
      }
    },
  };
}
