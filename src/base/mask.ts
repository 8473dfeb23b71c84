/**
 * A database URL as it may be shown: the password is `***`. Takes any text, also what is no URL at all; then everything
 * that could be a password goes.
 */
export function maskPassword(url: string): string {
  const cut = url.replace(/password\s*=.*$/is, 'password=***');
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(cut)?.[0] ?? '';
  const rest = cut.slice(scheme.length);
  // From the first colon up to the last @: a password that was not percent-encoded may hold : / ? # and @.
  const colon = rest.indexOf(':');
  const at = rest.lastIndexOf('@');
  return colon === -1 || colon > at ? cut : `${scheme}${rest.slice(0, colon)}:***${rest.slice(at)}`;
}
