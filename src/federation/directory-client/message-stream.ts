import { BerFault, BerTooLarge, readBerHeader } from './ber.ts';

const SEQUENCE = 0x30;

export interface MessageStream {
  /**
   * Takes bytes as they arrive. A message whose stated length is above the limit is refused before it arrives.
   * @returns the messages that are complete by now. @throws {BerFault}
   */
  read(chunk: Buffer, largestMessage?: number): readonly Buffer[];
}

/** Splits a connection's bytes into LDAP messages. @param usualLimit the largest message, if {@link MessageStream.read} is given none. */
export function messageStream(usualLimit: number): MessageStream {
  let waiting: Buffer[] = [];
  let length = 0;
  /** How many bytes must have arrived before there is anything to do. */
  let needed = 0;

  return {
    read(chunk, largestMessage = usualLimit) {
      waiting.push(chunk);
      length += chunk.length;
      // Joined only once a message is complete, so that a long one is not copied at every packet.
      if (length < needed) return [];
      const bytes = waiting.length === 1 ? chunk : Buffer.concat(waiting);
      const messages: Buffer[] = [];
      let offset = 0;
      needed = 0;
      while (offset < bytes.length) {
        const header = readBerHeader(bytes, offset);
        if (header === undefined) break;
        if (header.tag !== SEQUENCE) throw new BerFault('a message does not begin as LDAP messages do');
        if (header.end - offset > largestMessage)
          throw new BerTooLarge(`a message has more than ${largestMessage} bytes`);
        if (header.end > bytes.length) {
          needed = header.end - offset;
          break;
        }
        messages.push(bytes.subarray(offset, header.end));
        offset = header.end;
      }
      waiting = offset === bytes.length ? [] : [bytes.subarray(offset)];
      length = bytes.length - offset;
      return messages;
    },
  };
}
