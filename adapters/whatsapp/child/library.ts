/** The library, as it can be imported (channels.md: its default export only), and the words of it that we use. */
import wweb from 'whatsapp-web.js';

export const { Client, LocalAuth } = wweb;
export type Client = wweb.Client;
/** A message as the library gives it; `rawData` is what the page knows of it. */
export type LibraryMessage = Pick<wweb.Message, 'rawData'>;

/** The page in which WhatsApp runs. Throws while there is none. */
export function pageOf(client: Client): NonNullable<Client['pupPage']> {
  if (!client.pupPage) throw new Error('There is no page yet.');
  return client.pupPage;
}
