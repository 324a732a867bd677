/** How somebody came to the page: by a link that carries a conversation over (`/chat?start=CODE`), or just so. */

/** The code of the link, once: the address is cleaned of it, so that neither a reload nor a bookmark uses it again. */
export function takeStartCode(): string | undefined {
  const address = new URL(location.href);
  const code = address.searchParams.get('start');
  if (code === null) return undefined;
  address.searchParams.delete('start');
  history.replaceState(history.state, '', address);
  return /^[\w-]{1,64}$/.test(code) ? code : undefined;
}
