/** Tells of a channel what it says of itself: here at once, and everybody by the store. */
import { isDeepStrictEqual } from 'node:util';
import type { Channel, ChannelReport, ChannelStatus } from '#src/channel.ts';
import { describeError } from '#src/errors.ts';
import type { Logger } from '#src/log.ts';
import { channelId, type Said } from '#src/store/channels.ts';
import type { Store } from '#src/store/store.ts';

export interface Spokesman {
  /** Shows it in this process alone. */
  note(report: ChannelReport): void;
  /** The channel is not held here any more. */
  forget(): void;
  /** We hold it now; `restarts`: those that had been asked for by then. */
  begin(restarts: number): void;
  /** Shows it, and writes it down for those who hold nothing. */
  say(report: ChannelReport): void;
  /** Writes it once more if what is written is not what we said: a write may have failed, or another's came late. */
  check(written: Said | undefined): void;
}

/** Makes it for one channel; `reports` is what this process shows. */
export function createSpokesman(
  { store, log, holder }: { store: Pick<Store, 'channels'>; log: Logger; holder: string },
  channel: Channel,
  reports: Map<string, ChannelStatus>,
): Spokesman {
  const { name } = channel;
  let restarts = 0;
  let last = Promise.resolve();

  const said = (): Said | undefined => {
    const status = reports.get(name);
    return status && { holder, restarts, status };
  };
  // One after the other, and each what is true by then: so no write overtakes a later one.
  const write = () => {
    last = last
      .then(async () => {
        await store.channels.updateOne({ _id: channelId(channel) }, { $set: { said: said() } }, { upsert: true });
      })
      .catch((error: unknown) =>
        log.debug({ channel: name, error: describeError(error) }, 'the state of a channel is written later'),
      );
  };
  const note = (report: ChannelReport) => {
    const before = reports.get(name);
    if (before?.state !== report.state || before.action !== report.action) {
      const action = report.action !== undefined && { action: report.action };
      log.info({ channel: name, state: report.state, ...action }, 'channel state');
    }
    reports.set(name, { ...report, since: before?.state === report.state ? before.since : new Date() });
  };

  return {
    note,
    forget: () => void reports.delete(name),
    begin: (asked) => void (restarts = asked),
    say(report) {
      note(report);
      write();
    },
    check(written) {
      if (!isDeepStrictEqual(written, said())) write();
    },
  };
}
