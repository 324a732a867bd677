/** Links that carry a conversation over to another app: opening one asks first, `yes` joins. */
import { joinWrites } from '../identity/join.ts';
import { askIdentity, findAsked, findLinkCode } from '../identity/link-codes.ts';
import { derivedId } from '../id.ts';
import { personTopic } from '../queue/topics.ts';
import type { LinkCode } from '../store/link-codes.ts';
import { insert, update } from '../store/write.ts';
import type { Command, CommandAnswer, CommandCall } from './command.ts';

const GONE =
  'This link does not work any more: it is good for one use and one day. Ask for a new one where you got it.';

/** Somebody came here by a link with a code: asks whether to join, or goes on where it is their own. */
export async function openLink(call: CommandCall): Promise<string | CommandAnswer> {
  const { store, known } = call;
  const code = await findLinkCode(store, call.argument);
  if (code === undefined) return GONE;
  if (code.personId === known.person._id) return goOn(call, code);
  if (code.isShared && (await hasHuman(call, code.personId)))
    return 'This link belongs to a program that another person is connected to already. Whoever runs it can give each person an own link, with the header `Pantheon-Person`.';
  if (!(await askIdentity(store, code, known.identity._id))) return GONE;
  return (
    `Somebody who uses me over **${code.app}** gave you this link. If that is you, we can go on here with that ` +
    'conversation: both of your apps then share **one history**, past messages too.\n\nWrite `yes` to join them. ' +
    'If you do not know where this link comes from, write nothing.'
  );
}

/** `yes` to that question. Whoever was not asked has just said a word like any other. */
export const yesCommand: Command = {
  name: 'yes',
  usage: '',
  summary: 'say yes to what was asked',
  isForGroups: false,
  isHidden: true,
  async run(call) {
    const { store, live, known, at } = call;
    const code = await findAsked(store, known.identity._id);
    if (code === undefined) return 'There is nothing to say yes to now.';
    const { personId: survivorId, conversationId } = code;
    const mergedId = known.person._id;
    const key = `person.joined:${survivorId}:${mergedId}:${code._id}`;
    const data = { survivorId, mergedId, identityId: known.identity._id };
    await store.writeAll([
      ...joinWrites(store, { survivorId, mergedId, ...(conversationId ? { conversationId } : {}) }),
      update(store.linkCodes, { _id: code._id }, { $set: { state: 'used' } }),
      insert(store.events, { _id: derivedId('evt', at, key), key, type: 'person.joined', data, createdAt: at }),
    ]);
    const active = conversationId ?? call.conversationId;
    for (const personId of [survivorId, mergedId])
      live.publish(personTopic(personId), { type: 'active', conversationId: active });
    return { text: 'Done: it is one history now. Go on here as you like.', conversationId: active };
  },
};

/** One's own link: nothing to join, only the conversation to go to. */
async function goOn({ store, live, conversationId }: CommandCall, code: LinkCode): Promise<string | CommandAnswer> {
  if (!code.conversationId || code.conversationId === conversationId) return 'You are here already. Go on as you like.';
  const to = code.conversationId;
  await store.writeAll([
    update(store.people, { _id: code.personId }, { $set: { activeConversationId: to } }),
    update(store.linkCodes, { _id: code._id }, { $set: { state: 'used' } }),
  ]);
  live.publish(personTopic(code.personId), { type: 'active', conversationId: to });
  return { text: 'You go on here with that conversation.', conversationId: to };
}

/** Whether somebody with an app of theirs belongs to this person already. */
async function hasHuman({ store }: CommandCall, personId: string): Promise<boolean> {
  const identities = await store.identities.find({ personId }, { personBefore: 1 }).lean();
  return identities.some(({ personBefore }) => personBefore !== undefined);
}
