/** The modules that the library asks WhatsApp's page for, as far as we use it. An unknown one throws, and is told. */
import { Emitter } from './emitter.ts';
import type { Link } from './link.ts';
import { Collection, type Model } from './model.ts';
import type { Session } from './session.ts';
import { MsgKey, toWid, type Wid } from './wid.ts';
import type { World } from './world.ts';

const KEY = { pubKey: new Uint8Array(32) };
const none = () => undefined;

export function createModules({ link, world, session }: { link: Link; world: World; session: Session }) {
  const { Msg, Chat, Contact } = world;
  const collections = { Msg, Chat, Contact, GroupMetadata: new Collection(), Blocklist: new Collection() };
  const ownWid = (side: 'phone' | 'lid') => {
    const written = world.me()?.[side];
    return written === undefined ? undefined : toWid(written);
  };
  const tell = (state: string) => (id: Wid) => link.call('typing', id._serialized, state);
  const modules: Record<string, unknown> = {
    WAWebSocketModel: { Socket: session.Socket },
    WAWebConnModel: { Conn: session.Conn },
    WAWebCmd: { Cmd: session.Cmd },
    WAWebOfflineHandler: { OfflineMessageHandler: { getOfflineDeliveryProgress: () => 100 } },
    WAWebAltDeviceLinkingApi: {
      setPairingType: none,
      initializeAltDeviceLinking: async () => undefined,
      initializeQRLinking: async () => undefined,
      startAltLinkingFlow: (number: string) => link.call('code', number),
    },
    WABase64: { encodeB64: (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes)) },
    WAWebCompanionRegClientUtils: { DEVICE_PLATFORM: '1' },
    WAWebAdvSignatureApi: {},
    WAWebUserPrefsInfoStore: { waNoiseInfo: { get: async () => ({ staticKeyPair: KEY }) } },
    WAWebSignalStoreApi: { waSignalStore: { getRegistrationInfo: async () => ({ identityKeyPair: KEY }) } },
    WAWebUserPrefsMultiDevice: { getADVSecretKey: () => 'standin' },
    WAWebUserPrefsMeUser: { getMaybeMePnUser: () => ownWid('phone'), getMaybeMeLidUser: () => ownWid('lid') },
    WAWebSyncGatingUtils: {},
    WAWebCallCollection: {},
    WAWebAddonReactionTableMode: { reactionTableMode: { bulkUpsert: none } },
    WAWebAddonPollVoteTableMode: { pollVoteTableMode: { bulkUpsert: none } },
    WAWebNonMessageDataRequestPlaceholderMessageResendUtils: { handlePlaceholderMsgsSeen: none },
    WAWebBackendJobsCommon: {},
    WAWebE2EProtoUtils: {},
    WAWebCollections: collections,
    WAWebWidFactory: { createWid: toWid, createWidFromWidLike: toWid, asUserWidOrThrow: toWid },
    WAWebMsgKey: MsgKey,
    WALinkify: { findLink: none, findLinks: () => [] },
    WAWebFindChatAction: { findOrCreateLatestChat: async (id: Wid) => ({ chat: await world.findChat(id) }) },
    WAWebChatGetters: { getIsNewsletter: () => false, getIsBroadcast: () => false },
    WAWebGetEphemeralFieldsMsgActionsUtils: { getEphemeralFields: () => ({}) },
    WAWebSendMsgChatAction: {
      addAndSendMsgToChat: (chat: Model, fields: Record<string, unknown>) => world.say(chat, fields),
    },
    WAWebMsgReply: { canReplyMsg: () => true },
    WAWebChatLoadMessages: { loadEarlierMsgs: ({ chat }: { chat: Model }) => world.earlier(chat) },
    WAWebApiContact: {
      getCurrentLid: world.lidOf,
      getPhoneNumber: world.phoneOf,
      getAlternateUserWid: (id: Wid) => (id.isLid() ? world.phoneOf(id) : world.lidOf(id)),
    },
    WAWebLidMigrationUtils: { toPn: (id: Wid) => (id.isLid() ? world.phoneOf(id) : id) },
    WAWebQueryExistsJob: {
      queryWidExists: async (wid: Wid) => {
        const exists = await link.call('exists', wid._serialized);
        if (exists === 'unclear') throw new Error('The servers could not look this up.');
        return exists === null ? null : { wid: toWid(exists) };
      },
    },
    WAWebChatStateBridge: {
      sendChatStateComposing: tell('composing'),
      sendChatStatePaused: tell('paused'),
    },
    WAWebStreamModel: { Stream: Object.assign(new Emitter(), { markAvailable: none, markUnavailable: none }) },
  };
  return (name: string): unknown => {
    if (name in modules) return modules[name];
    link.send({ kind: 'unknownModule', name });
    throw new Error(`Requiring unknown module "${name}"`);
  };
}

/** Tells a reaction in the way in which the library overhears it. */
export function tellReaction(
  moduleOf: (name: string) => unknown,
  { Msg }: World,
  reaction: { id: string; text: string; from: string; t: number },
): void {
  const parent = Msg.getModelsArray().find(({ fields }) => (fields['id'] as MsgKey).id === reaction.id);
  if (!parent) return;
  const table = moduleOf('WAWebAddonReactionTableMode') as {
    reactionTableMode: { bulkUpsert(reactions: unknown[]): void };
  };
  const key = parent.fields['id'] as MsgKey;
  const id = new MsgKey({ fromMe: false, remote: key.remote, id: `R${reaction.id}` });
  const { text: reactionText, t, from } = reaction;
  const fields = {
    id,
    reactionParentKey: key,
    reactionText,
    reactionTimestamp: Math.round(t * 1000),
    from: toWid(from),
  };
  table.reactionTableMode.bulkUpsert([fields]);
}
