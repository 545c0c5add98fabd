/** Encodes a policy document as IAM returns it: URL-encoded (RFC 3986) exactly once [aws-behaviour 14]. */
export function encodeDocument(text: string): string {
  // `encodeURIComponent` leaves five characters unescaped that RFC 3986 reserves
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
