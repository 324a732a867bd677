import { keepLog } from '#test/keep-log.ts';
import { channelContract, type Trouble } from '#test/channel-contract.ts';
import { createPlainChannel } from '#test/standins/plain/channel.ts';
import { type PlainFault, type PlainMessage, startPlain, TEXT_LENGTH } from '#test/standins/plain/index.ts';

const FAULTS: Partial<Record<Extract<Trouble, string>, PlainFault>> = {
  silence: 'hang',
  cut: 'reset',
  acceptThenSilence: 'acceptThenHang',
  acceptThenCut: 'acceptThenReset',
};

channelContract('the smallest platform', {
  limit: { most: TEXT_LENGTH, sizeOf: ({ length }) => length },
  async open(t) {
    const plain = await startPlain();
    t.after(() => plain.stop());
    const log = keepLog();
    const channel = createPlainChannel(plain, { log });
    let said: PlainMessage | undefined;
    return {
      channel,
      chat: { account: 'plain', externalId: 'anna', threadId: '', kind: 'direct' },
      arrived: () => plain.messagesIn('anna').flatMap(({ from, text }) => (from === 'bot' ? [text] : [])),
      log: log.lines,
      secrets: [plain.token],
      async fail(trouble) {
        if (trouble === 'away') await plain.down();
        else if (typeof trouble === 'object') {
          const { status, retryAfterMs } = trouble;
          plain.faultNext('*', { status, ...(retryAfterMs ? { retryAfter: retryAfterMs / 1000 } : {}) });
        } else {
          const fault = FAULTS[trouble];
          if (fault === undefined) return false;
          plain.faultNext('*', fault);
        }
        return true;
      },
      talk: {
        say: (text) => void (said = plain.say('anna', text)),
        again: () => said && plain.again(said),
      },
    };
  },
});
