/** Telegram's notes on what happened in a chat: nobody said them, and nobody waits for an answer. */
const FIELDS = new Set(
  `new_chat_members left_chat_member new_chat_title new_chat_photo delete_chat_photo group_chat_created
  supergroup_chat_created channel_chat_created managed_bot_created poll_option_added poll_option_deleted
  message_auto_delete_timer_changed migrate_to_chat_id migrate_from_chat_id pinned_message invoice successful_payment
  refunded_payment users_shared chat_shared connected_website write_access_allowed passport_data
  proximity_alert_triggered boost_added chat_background_set forum_topic_created forum_topic_edited forum_topic_closed
  forum_topic_reopened general_forum_topic_hidden general_forum_topic_unhidden giveaway_created giveaway
  giveaway_winners giveaway_completed gift gift_upgrade_sent unique_gift paid_message_price_changed
  direct_message_price_changed video_chat_scheduled video_chat_started video_chat_ended
  video_chat_participants_invited web_app_data checklist_tasks_done checklist_tasks_added community_chat_added
  community_chat_joined community_chat_removed suggested_post_info suggested_post_approved
  suggested_post_approval_failed suggested_post_declined suggested_post_paid suggested_post_refunded chat_owner_left
  chat_owner_changed`.split(/\s+/),
);

/** Whether a raw message is such a note. */
export function isServiceMessage(raw: object): boolean {
  return Object.keys(raw).some((field) => FIELDS.has(field));
}
