/*
 * Names of Alertmanager's default templates, apart from their texts: who only checks templates needs no more. Facts from
 * prometheus/alertmanager 0.34, Apache-2.0.
 */

const DEFAULTS = [
  ...(['__alertmanager', '__alertmanagerURL', '__subject', '__description', '__text_alert_list'] as const),
  ...(['__text_alert_list_markdown', 'slack.default.title', 'slack.default.username'] as const),
  ...(['slack.default.fallback', 'slack.default.callbackid', 'slack.default.pretext'] as const),
  ...(['slack.default.titlelink', 'slack.default.iconemoji', 'slack.default.iconurl'] as const),
  ...(['slack.default.text', 'slack.default.footer', 'slack.default.color'] as const),
  ...(['pagerduty.default.description', 'pagerduty.default.client', 'pagerduty.default.clientURL'] as const),
  ...(['pagerduty.default.instances', 'opsgenie.default.message', 'opsgenie.default.description'] as const),
  ...(['opsgenie.default.source', 'wechat.default.message', 'wechat.default.to_user'] as const),
  ...(['wechat.default.to_party', 'wechat.default.to_tag', 'wechat.default.agent_id'] as const),
  ...(['victorops.default.state_message', 'victorops.default.entity_display_name'] as const),
  ...(['victorops.default.monitoring_tool', 'pushover.default.title', 'pushover.default.message'] as const),
  ...(['pushover.default.url', 'sns.default.subject', 'sns.default.message', 'telegram.default.message'] as const),
  ...(['discord.default.content', 'discord.default.title', 'discord.default.message'] as const),
  ...(['webex.default.message', 'msteams.default.summary', 'msteams.default.title'] as const),
  ...(['msteams.default.text', 'msteamsv2.default.title', 'msteamsv2.default.text'] as const),
  ...(['jira.default.summary', 'jira.default.description', 'jira.default.priority'] as const),
  ...(['rocketchat.default.title', 'rocketchat.default.alias', 'rocketchat.default.titlelink'] as const),
  ...(['rocketchat.default.emoji', 'rocketchat.default.iconurl', 'rocketchat.default.text'] as const),
  ...(['mattermost.default.color', 'mattermost.default.username', 'mattermost.default.title'] as const),
  ...(['mattermost.default.titlelink', 'mattermost.default.fallback', 'mattermost.default.text'] as const),
  ...(['email.default.subject', 'email.default.html'] as const),
]

export type DefaultName = (typeof DEFAULTS)[number]

/** Alertmanager's default templates. */
export const DEFAULT_NAMES: ReadonlySet<string> = new Set(DEFAULTS)
