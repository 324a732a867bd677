/** Real events, as their publisher recorded them. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { textOf as fileText } from '#test/project.ts';
import { SELF, readBody } from './events.ts';

interface Recorded {
  name: string;
  kind: 'event' | 'command' | 'interactive';
  bot: string;
  payload: { team_id?: string };
}

const recorded = JSON.parse(fileText('test/slack/recorded.json')) as Recorded[];

/** What is said in each; the others are dropped. */
const SAID: Record<string, object> = {
  'actions-reactions_slack.mention': { text: 'Test', addressedBy: 'mention', chat: { threadId: '1767326125.870439' } },
  'channel_slack.mention': { text: 'Hey', addressedBy: 'mention' },
  'dm_slack-direct.directDM': { text: 'hello hello', addressedBy: 'direct', chat: { threadId: '', kind: 'direct' } },
  'dm_slack.mention': { text: 'Hey', addressedBy: 'mention' },
  'dm_slack.dmMessage': { text: 'Hey!', addressedBy: 'direct', externalId: '1767377001.319859' },
  'member-joined-channel_slack.mention': { text: 'test', addressedBy: 'mention' },
  'modals_slack.mention': { text: 'Hello', addressedBy: 'mention' },
  'slack-multi-workspace_team2.mention': { text: 'hello from team 2', addressedBy: 'mention' },
  'slack.followUp': { text: 'Hi', addressedBy: 'thread', chat: { threadId: '1767224888.280449' } },
  'slash-commands_slack.slashCommandWithArgs': { text: 'some arguments here', addressedBy: 'command' },
  'streaming_slack.aiMention': { text: 'AI What is love?', addressedBy: 'mention' },
  'streaming_slack.aiMentionWithFile': {
    text: "[AI] I don't really understand this explanation.",
    attachments: [
      { kind: 'image', externalId: 'F0AD236ATJN', name: 'image.png', mediaType: 'image/png', bytes: 214_244 },
    ],
  },
};

for (const { name, bot, payload } of recorded) {
  test(`${name} is ${SAID[name] ? 'read' : 'dropped'}`, () => {
    const self = { ...SELF, userId: bot, teamId: payload.team_id ?? 'T0' };
    const read = readBody(payload, {}, self);
    assert.equal(read.length, SAID[name] ? 1 : 0);
    assert.partialDeepStrictEqual(read, SAID[name] ? [{ kind: 'message', ...SAID[name] }] : []);
  });
}

test('the ids of different messages differ', () => {
  const ids = recorded.flatMap(({ bot, payload }) =>
    readBody(payload, {}, { ...SELF, userId: bot }).map((one) => 'externalId' in one && one.externalId),
  );
  assert.equal(new Set(ids).size, ids.length);
});
