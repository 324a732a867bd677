/** What a channel says it can do, it can. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ContractFixture, newKey } from './fixture.ts';

const never = new AbortController().signal;
/** Long enough ago that nothing of it can still be on its way. */
const LONG_AGO_MS = 5 * 60_000;

export function abilityTests({ open, provesAbsenceForMs = LONG_AGO_MS }: ContractFixture): void {
  test('it says of itself what it has', async (t) => {
    const { channel, chat } = await open(t);
    assert.equal(channel.abilities.readsBack, channel.lookUp !== undefined);
    assert.ok(channel.abilities.states.includes('sent'));
    assert.equal(chat.account, channel.account);
  });

  test('a send is looked up: there, or certainly not', async (t) => {
    const [taken, lost] = [await open(t), await open(t)];
    const { channel } = taken;
    if (!channel.lookUp) return t.skip('its platform cannot be asked');
    const part = { chat: taken.chat, text: channel.format('hello')[0] ?? '', key: newKey() };
    const sent = await channel.send(part, never);
    const sentAt = new Date(Date.now() - provesAbsenceForMs);
    assert.deepEqual(await channel.lookUp(part, sentAt, never), sent);
    assert.equal(await lost.channel.lookUp?.({ ...part, chat: lost.chat, key: newKey() }, sentAt, never), 'absent');
  });

  test('a message is edited, and taken back, which may be done twice', async (t) => {
    const { channel, chat, arrived } = await open(t);
    const preview = channel.preview?.(chat);
    if (preview?.kind !== 'edit') return t.skip('it edits nothing here');
    const format = (text: string): string => channel.format(text)[0] ?? '';
    const { externalId } = await channel.send({ chat, text: format('The'), key: newKey() }, never);
    await preview.edit(externalId, format('The answer'), never);
    await preview.edit(externalId, format('The answer'), never);
    assert.deepEqual(arrived(), ['The answer']);
    await preview.remove(externalId, never);
    await preview.remove(externalId, never);
    assert.deepEqual(arrived(), []);
    await assert.rejects(preview.edit(externalId, format('The answer'), never), { name: 'RejectedError' });
  });

  test('a draft is shown, and is no message', async (t) => {
    const { channel, chat, arrived } = await open(t);
    const preview = channel.preview?.(chat);
    if (preview?.kind !== 'draft') return t.skip('it shows no drafts here');
    await preview.show('The answer', newKey(), never);
    assert.deepEqual(arrived(), []);
  });
}
