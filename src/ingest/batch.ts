/** Writes a batch of events in their order: neighbouring messages together, everything else by itself. */
import { asConfirmation, type Commands, isCommand } from '../commands/commands.ts';
import { sendNotice } from '../commands/notice.ts';
import { TEXT_LIMIT_BYTES } from '../conversation.ts';
import type { Inbound, InboundEdit, InboundMessage } from '../message.ts';
import { chatKey } from '../store/chats.ts';
import { inboundKey } from '../store/messages.ts';
import { normalizeText } from '../text/normalize.ts';
import { applyDeletion, applyVersion } from './changes.ts';
import type { IngestDeps } from './deps.ts';
import { applyChatMoved, applyReachable, applyReaction } from './events.ts';
import { findForgotten } from './forgotten.ts';
import { createMessageStore } from './messages.ts';
import { createPlaceResolver, type Placed } from './place.ts';
import { noteMissed } from './missed.ts';
import { hush } from './quiet.ts';
import { noteReceipt } from './receipts.ts';
import { storeUnread } from './unread.ts';

/** An event on its way in. */
export interface Item {
  channel: string;
  inbound: Inbound;
  heldUntil: Date | undefined;
}

/** A message or edit on its way in. */
type Said = Item & { inbound: InboundMessage | InboundEdit };

/** Makes the writer. */
export function createBatchWriter(deps: IngestDeps & { commands: Commands }): (items: Item[]) => Promise<void> {
  const { identities, commands } = deps;
  const places = createPlaceResolver(deps.store);
  const storeMessages = createMessageStore(deps);

  const place = async (channel: string, inbound: InboundMessage | InboundEdit, heldUntil?: Date): Promise<Placed> => {
    const known = await identities.resolve(channel, inbound.from, inbound.at);
    const found = await places.resolve(channel, inbound.chat, known, inbound.at, inbound.formerly?.chat);
    return { channel, inbound, known, place: found, ...(heldUntil ? { heldUntil } : {}) };
  };

  const writeOther = async (channel: string, inbound: Inbound) => {
    if (inbound.kind === 'deletion') await applyDeletion(deps, channel, inbound);
    else if (inbound.kind === 'reachable') await applyReachable(deps, channel, inbound);
    else if (inbound.kind === 'chatMoved') await applyChatMoved(deps, channel, inbound);
    else if (inbound.kind === 'reaction') await applyReaction(deps, channel, inbound);
    else if (inbound.kind === 'receipt') noteReceipt(deps, channel, inbound);
    else if (inbound.kind === 'missed') await noteMissed(deps, channel, inbound);
    else if (inbound.kind === 'unread') await storeUnread(deps.store, channel, inbound);
    else if (inbound.isOwn) await storeOwn(await place(channel, inbound));
    else if (isTooLong(inbound)) await refuse(deps, await place(channel, inbound));
    else if (inbound.kind === 'edit') await editStored(deps, channel, inbound);
    else await runCommand(await place(channel, inbound));
  };

  const runCommand = async (placed: Placed) => {
    const forgotten = await findForgotten(deps.store, [placed]);
    if (!forgotten.has(placed)) await commands.run(placed);
  };

  /** Quiet comes before it is stored: so what is stored has been quiet, and is told again or edited without a word. */
  const storeOwn = async (placed: Placed) => {
    const { inbound, place } = placed;
    const isNew = inbound.kind === 'message' && !(await isStored(deps, place.chatId, inbound.externalId));
    if (isNew) await hush(deps, placed);
    const forgotten = await findForgotten(deps.store, [placed]);
    if (!forgotten.has(placed)) await storeMessages([placed]);
    places.forget(placed.place.chatId);
  };

  return async (items) => {
    const runs: Said[][] = [];
    const named = await Promise.all(items.map((item) => underItsName(deps, normalized(item))));
    const ours = await meantForUs(deps, named);
    for (const { channel, inbound: said, heldUntil } of ours) {
      const isOwn = said.kind === 'message' && said.isOwn;
      const inbound = (isOwn ? undefined : await asConfirmation(deps, channel, said)) ?? said;
      if (isPlainMessage(inbound)) {
        (runs[0] ??= []).push({ channel, inbound, heldUntil });
        continue;
      }
      await writeRun(runs.pop());
      await writeOther(channel, inbound);
    }
    await writeRun(runs.pop());
  };

  async function writeRun(run: Said[] = []): Promise<void> {
    const placed = await Promise.all(run.map(({ channel, inbound, heldUntil }) => place(channel, inbound, heldUntil)));
    const told = placed.filter(({ known }) => !known.identity.isBlocked);
    const forgotten = await findForgotten(deps.store, told);
    await storeMessages(told.filter((one) => !forgotten.has(one)));
  }
}

/** A message that is stored under a former name keeps it: this is an edit of it, or it comes again. */
async function underItsName({ store }: IngestDeps, item: Item): Promise<Item> {
  const { channel, inbound } = item;
  if ((inbound.kind !== 'message' && inbound.kind !== 'edit') || inbound.formerly === undefined) return item;
  const { externalId } = inbound.formerly;
  const chat = { ...inbound.chat, externalId: inbound.formerly.chat };
  const chatId = chatKey(channel, chat);
  if (!(await store.readChat(chatId))) return item;
  return (await isStored({ store }, chatId, externalId))
    ? { ...item, inbound: { ...inbound, chat, externalId } }
    : item;
}

async function isStored({ store }: Pick<IngestDeps, 'store'>, chatId: string, externalId: string): Promise<boolean> {
  return (await store.messages.exists({ key: inboundKey(chatId, externalId) })) !== null;
}

/**
 * Leaves out what follows in a thread that we take no part in, and edits of what was never meant for us: that is
 * neither answered nor stored. We take part where something was meant for us before, in this batch or ever.
 */
async function meantForUs({ store }: IngestDeps, items: Item[]): Promise<Item[]> {
  const entered = new Set<string>();
  const said = new Set<string>();
  const isOurs = async ({ channel, inbound }: Item): Promise<boolean> => {
    if ((inbound.kind !== 'message' && inbound.kind !== 'edit') || inbound.chat.kind !== 'group') return true;
    const chatId = chatKey(channel, inbound.chat);
    const key = inboundKey(chatId, inbound.externalId);
    if (inbound.addressedBy === 'before') return said.has(key) || isStored({ store }, chatId, inbound.externalId);
    if (inbound.addressedBy !== 'thread') {
      entered.add(chatId);
      said.add(key);
    }
    return entered.has(chatId) || (await store.readChat(chatId)) !== undefined;
  };
  // Begun in order, and read all at once: one after the other, each would wait for the database anew.
  const answers = await Promise.all(items.map(isOurs));
  return items.filter((_, index) => answers[index]);
}

/** Whether it is stored as a message, with its neighbours. */
function isPlainMessage(inbound: Inbound): inbound is InboundMessage | InboundEdit {
  if (inbound.kind !== 'message' && inbound.kind !== 'edit') return false;
  return !inbound.isOwn && !isTooLong(inbound) && !isCommand(inbound);
}

function isTooLong(inbound: InboundMessage | InboundEdit): boolean {
  return Buffer.byteLength(inbound.text) > TEXT_LIMIT_BYTES;
}

function normalized(item: Item): Item {
  const { inbound } = item;
  if (inbound.kind !== 'message' && inbound.kind !== 'edit') return item;
  const from = { ...inbound.from, name: normalizeText(inbound.from.name) };
  return { ...item, inbound: { ...inbound, from, text: normalizeText(inbound.text) } };
}

/** A text became a command by an edit: a version of the message if there is one, and never a command that runs. */
async function editStored(deps: IngestDeps, channel: string, edit: InboundEdit): Promise<void> {
  const key = inboundKey(chatKey(channel, edit.chat), edit.externalId);
  const message = await deps.store.messages.findOne({ key }).lean();
  if (message) await applyVersion(deps, message, { text: edit.text, at: edit.editedAt, isOriginal: false });
}

/** Nothing is stored of a text that we cannot keep whole; its writer is told so. */
async function refuse(deps: IngestDeps, { channel, inbound, known, place }: Placed): Promise<void> {
  const size = Math.round(Buffer.byteLength(inbound.text) / 1024);
  await sendNotice(
    deps,
    {
      cause: inboundKey(place.chatId, inbound.externalId),
      channel,
      chat: inbound.chat,
      text: `Your message is ${size} KiB long; the most that I can take is ${TEXT_LIMIT_BYTES / 1024} KiB. I kept nothing of it: please send it in several pieces.`,
      personId: known.person._id,
    },
    place.chatWrites,
  );
}
