/**
 * The position of a member in a list of problems. AWS lists them in the order of a Java `HashMap` of member names
 * [aws-behaviour 22]: by the lowest bits of the name's hash, of which a small map uses four.
 */
export function placeOfMember(name: string): number {
  let hash = 0;
  for (let index = 0; index < name.length; index++) hash = (Math.imul(31, hash) + name.charCodeAt(index)) | 0;
  return (hash ^ (hash >>> 16)) & 0xf;
}
