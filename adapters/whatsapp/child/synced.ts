/** Telling the library what it did not hear. */
import { type Client, pageOf } from './library.ts';
import { isSyncedUnheard, tellSynced } from './page.ts';

/**
 * Makes what is called now and then while the page is not ready. The library learns only of a change that the page is in
 * step with the phone, so one that was it already leaves it waiting for ever: a quick start to which nothing is new.
 * https://github.com/wwebjs/whatsapp-web.js/issues/201821
 */
export function createSyncedWatch(client: Client): () => Promise<void> {
  let wasUnheard = false;
  return async () => {
    const isUnheard = await pageOf(client).evaluate(isSyncedUnheard);
    // Twice in a row: else it has heard, and is about to act on it.
    if (isUnheard && wasUnheard) await pageOf(client).evaluate(tellSynced);
    wasUnheard = isUnheard && !wasUnheard;
  };
}
