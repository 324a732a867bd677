import assert from 'node:assert/strict';
import { createWeb } from '#adapters/web/index.ts';
import { channelContract } from '#test/channel-contract.ts';
import { keepLog } from '#test/keep-log.ts';

const ID = '3f2b8c1e-5a6d-4e7f-8a9b-0c1d2e3f4a5b';

/** The page reads the store, where a text already is: nothing can go wrong on the way. */
channelContract('the page', {
  async open() {
    const log = keepLog();
    const channel = await createWeb({}, { log, commands: [] });
    assert.ok(channel);
    const said: string[] = [];
    const request = (text: string, visitor?: { externalId: string; isLocal: boolean }) => ({
      headers: {},
      body: Buffer.from(JSON.stringify({ id: ID, text })),
      ...(visitor ? { visitor } : {}),
    });
    return {
      channel: {
        ...channel,
        send: async (part, signal) => {
          const sent = await channel.send(part, signal);
          said.push(part.text);
          return sent;
        },
      },
      chat: { account: 'web', externalId: 'guest-7', threadId: '', kind: 'direct' },
      arrived: () => said,
      log: log.lines,
      secrets: [],
      fail: () => false,
      calls: {
        genuine: (text) => request(text, { externalId: 'guest-7', isLocal: false }),
        forged: (text) => ({ 'without a session': request(text) }),
      },
    };
  },
});
