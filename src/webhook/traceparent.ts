/** Whether a text is a `traceparent` of W3C Trace Context. Events may come with anything in its place. */
export function isTraceparent(text: string | null): text is string {
  return text !== null && /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(text);
}
