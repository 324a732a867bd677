/** Writing first on Discord: a program names a member, who answers in the very conversation that was begun. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { eventually } from '#test/product/eventually.ts';
import { openDiscordStage } from '#test/product/discord.ts';

test('whom a program names on Discord is written to, and what they answer belongs to that conversation', async (t) => {
  const stage = await openDiscordStage(t);
  const { discord, admin, database } = stage;
  await stage.begin();
  const [anna, ben] = [discord.person(), discord.person()];
  const begin = (to: string, message: string) =>
    admin.call<{ id: string; status: string; code?: string }>('POST', '/conversations/startConversation', {
      app: 'discord',
      to,
      message,
    });

  const { status, body } = await begin(anna.id, 'Your parcel is here.');
  assert.deepEqual([status, body.status], [201, 'sent']);
  const home = discord.direct(anna);
  await stage.reads(home, 'Your parcel is here.');

  discord.say({ from: anna, content: 'Thank you' });
  await eventually('Anna is answered', () => stage.read(home).at(-1) === 'Echo: Thank you');
  await database.quiet();
  assert.deepEqual(
    (await admin.messages(body.id)).map(({ text }) => text),
    ['Your parcel is here.', 'Thank you', 'Echo: Thank you'],
  );
  assert.equal((await database.find('identities', { channel: 'discord' })).length, 1);

  // Whom we know already goes on in the chat that is there.
  discord.say({ from: ben, content: 'Hello' });
  await eventually('Ben is answered', () => stage.read(discord.direct(ben)).length === 1);
  assert.equal((await begin(ben.id, 'And another thing.')).status, 201);
  await stage.reads(discord.direct(ben), 'Echo: Hello', 'And another thing.');
  assert.equal((await database.find('chats', { channel: 'discord' })).length, 2);

  const nobody = await begin('123456789012345678', 'Hello?');
  assert.deepEqual([nobody.status, nobody.body.code], [422, 'chat_not_found']);
});
