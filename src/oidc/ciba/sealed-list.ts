import { hashedId } from '../../keys/hashed-id.ts';
import type { Sealer } from '../../keys/key-ring.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';

interface ListKey {
  readonly lifetime: number;
  of(person: string): string;
}

interface SealedListDependencies<Item> {
  readonly ephemeral: Ephemeral;
  readonly sealer: Sealer;
  readonly key: ListKey;
  /** Whether an item still counts. */
  readonly isCurrent: (item: Item) => boolean;
}

/** A short list of one person, in one entry, so that limits hold exactly. */
export interface SealedList<Item> {
  read(subject: string): Promise<readonly Item[]>;
  /**
   * Replaces the list by what `act` makes of it, unless `act` returns a reason to leave it. Of concurrent changes, none is lost.
   * @returns the reason; `undefined` if the list was changed.
   */
  change<Reason extends string>(
    subject: string,
    act: (items: readonly Item[]) => readonly Item[] | Reason,
  ): Promise<Reason | undefined>;
}

const MAX_ATTEMPTS = 50;

export function openSealedList<Item>(deps: SealedListDependencies<Item>): SealedList<Item> {
  const { ephemeral, sealer, key, isCurrent } = deps;
  const open = (text: string | undefined, name: string): readonly Item[] =>
    text === undefined
      ? []
      : (JSON.parse(sealer.open(text, name).toString('utf8')) as readonly Item[]).filter(isCurrent);
  return {
    async read(subject) {
      const name = key.of(hashedId(subject));
      return open(await ephemeral.get(name), name);
    },
    async change(subject, act) {
      const name = key.of(hashedId(subject));
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        const before = await ephemeral.get(name);
        const items = act(open(before, name));
        if (typeof items === 'string') return items;
        const text = sealer.seal(Buffer.from(JSON.stringify(items)), name);
        const isStored =
          before === undefined
            ? await ephemeral.setIfAbsent(name, text, key.lifetime)
            : await ephemeral.compareAndSet(name, before, text, key.lifetime);
        if (isStored) return undefined;
      }
      throw new Error('a list of a person was changed by too many requests at once');
    },
  };
}
