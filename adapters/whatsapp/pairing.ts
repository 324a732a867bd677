/** Linking: the QR or the code, as an admin gets it. */
import { renderUnicodeCompact } from 'uqr';
import type { ChannelReport } from '#src/channel.ts';

/** The first QR is good for a minute, each later one for 20 s: https://github.com/tulir/whatsmeow (QRChannelItem). */
const FIRST_QR_MS = 60_000;
const QR_MS = 20_000;
/** The library asks for a new one after so long. */
const CODE_MS = 180_000;

const SCAN = 'Link the phone: in WhatsApp open Settings, Linked devices, Link a device, and scan the QR.';
const TYPE =
  'Link the phone: in WhatsApp open Settings, Linked devices, Link a device, Link with phone number instead.';

export interface Pairing {
  showQr(qr: string): void;
  showCode(code: string): void;
}

/** Shows it by the channel's state, and the QR in the terminal if there is one. */
export function createPairing(
  report: (report: ChannelReport) => void,
  terminal: Pick<NodeJS.WriteStream, 'isTTY' | 'write'> = process.stdout,
): Pairing {
  let count = 0;
  const show = (pairing: { qr: string; code?: string }, action: string, goodForMs: number) => {
    report({ state: 'pairing', action, pairing: { ...pairing, expiresAt: new Date(Date.now() + goodForMs) } });
  };
  return {
    showQr(qr) {
      count += 1;
      show({ qr }, SCAN, count === 1 ? FIRST_QR_MS : QR_MS);
      if (terminal.isTTY) terminal.write(`\n${renderUnicodeCompact(qr)}\n${SCAN}\n`);
    },
    showCode(code) {
      show({ qr: '', code }, TYPE, CODE_MS);
      if (terminal.isTTY) terminal.write(`\n${TYPE} The code is ${code}.\n`);
    },
  };
}
