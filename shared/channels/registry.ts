import { type ChannelType, channelType } from '../channel/type.ts'
import { alertmanagerDiscordKind } from './alertmanager-discord/kind.ts'
import { alertmanagerEmailKind } from './alertmanager-email/kind.ts'
import { alertmanagerTeamsKind } from './alertmanager-msteams/kind.ts'
import { alertmanagerTeamsV2Kind } from './alertmanager-msteamsv2/kind.ts'
import { alertmanagerOpsgenieKind } from './alertmanager-opsgenie/kind.ts'
import { alertmanagerPagerDutyKind } from './alertmanager-pagerduty/kind.ts'
import { alertmanagerSlackKind } from './alertmanager-slack/kind.ts'
import { alertmanagerSnsKind } from './alertmanager-sns/kind.ts'
import { alertmanagerTelegramKind } from './alertmanager-telegram/kind.ts'
import { alertmanagerWebhookKind } from './alertmanager-webhook/kind.ts'
import { alertmanagerWeChatKind } from './alertmanager-wechat/kind.ts'
import { alibabaEventBridgeKind } from './alibaba-eventbridge/kind.ts'
import { awsEventBridgeKind } from './aws-eventbridge/kind.ts'
import { cloudEventsKind } from './cloudevents/kind.ts'
import { dingTalkKind } from './dingtalk/kind.ts'
import { discordKind } from './discord/kind.ts'
import { emailKind } from './email/kind.ts'
import { functionKind } from './function/kind.ts'
import { inboxKind } from './inbox/kind.ts'
import { feishuKind, larkKind } from './lark/kind.ts'
import { opsgenieKind } from './opsgenie/kind.ts'
import { pagerDutyKind } from './pagerduty/kind.ts'
import { slackKind } from './slack/kind.ts'
import { smsKind } from './sms/kind.ts'
import { snsKind } from './sns/kind.ts'
import { teamsKind } from './teams/kind.ts'
import { telegramKind } from './telegram/kind.ts'
import { voiceKind } from './voice/kind.ts'
import { webhookKind } from './webhook/kind.ts'
import { weComKind } from './wecom/kind.ts'

/*
 * A new kind of channel is a folder, an entry here, a fixture in `test/fixtures/channels/` and a section of
 * docs/channels.md; `test/contract/channel.test.ts` names the missing part. Senders are behind `import()`: a cold
 * `notify` loads only the sender in use, and `infra/bundle.ts` leaves the senders out of the other functions.
 */

const TYPES = [
  channelType(
    alibabaEventBridgeKind,
    async () => (await import('./alibaba-eventbridge/send.ts')).sendToAlibabaEventBridge,
  ),
  channelType(
    alertmanagerDiscordKind,
    async () => (await import('./alertmanager-discord/send.ts')).sendAlertmanagerDiscord,
  ),
  channelType(alertmanagerEmailKind, async () => (await import('./alertmanager-email/send.ts')).sendAlertmanagerEmail),
  channelType(
    alertmanagerTeamsKind,
    async () => (await import('./alertmanager-msteams/send.ts')).sendAlertmanagerTeams,
  ),
  channelType(
    alertmanagerTeamsV2Kind,
    async () => (await import('./alertmanager-msteamsv2/send.ts')).sendAlertmanagerTeamsV2,
  ),
  channelType(
    alertmanagerOpsgenieKind,
    async () => (await import('./alertmanager-opsgenie/send.ts')).sendAlertmanagerOpsgenie,
  ),
  channelType(
    alertmanagerPagerDutyKind,
    async () => (await import('./alertmanager-pagerduty/send.ts')).sendAlertmanagerPagerDuty,
  ),
  channelType(alertmanagerSlackKind, async () => (await import('./alertmanager-slack/send.ts')).sendAlertmanagerSlack),
  channelType(alertmanagerSnsKind, async () => (await import('./alertmanager-sns/send.ts')).sendAlertmanagerSns),
  channelType(
    alertmanagerTelegramKind,
    async () => (await import('./alertmanager-telegram/send.ts')).sendAlertmanagerTelegram,
  ),
  channelType(
    alertmanagerWeChatKind,
    async () => (await import('./alertmanager-wechat/send.ts')).sendAlertmanagerWeChat,
  ),
  channelType(
    alertmanagerWebhookKind,
    async () => (await import('./alertmanager-webhook/send.ts')).sendAlertmanagerWebhook,
  ),
  channelType(awsEventBridgeKind, async () => (await import('./aws-eventbridge/send.ts')).sendToAwsEventBridge),
  channelType(cloudEventsKind, async () => (await import('./cloudevents/send.ts')).sendCloudEvent),
  channelType(dingTalkKind, async () => (await import('./dingtalk/send.ts')).sendToDingTalk),
  channelType(discordKind, async () => (await import('./discord/send.ts')).sendToDiscord),
  channelType(emailKind, async () => (await import('./email/send.ts')).sendEmail),
  channelType(feishuKind, async () => (await import('./lark/send.ts')).sendToLark),
  channelType(functionKind, async () => (await import('./function/send.ts')).runFunction),
  channelType(inboxKind, async () => (await import('./inbox/send.ts')).sendToInbox),
  channelType(larkKind, async () => (await import('./lark/send.ts')).sendToLark),
  channelType(opsgenieKind, async () => (await import('./opsgenie/send.ts')).sendOpsgenie),
  channelType(pagerDutyKind, async () => (await import('./pagerduty/send.ts')).sendPagerDuty),
  channelType(slackKind, async () => (await import('./slack/send.ts')).sendToSlack),
  channelType(smsKind, async () => (await import('./sms/send.ts')).sendSms),
  channelType(snsKind, async () => (await import('./sns/send.ts')).sendToSns),
  channelType(teamsKind, async () => (await import('./teams/send.ts')).sendToTeams),
  channelType(telegramKind, async () => (await import('./telegram/send.ts')).sendToTelegram),
  channelType(voiceKind, async () => (await import('./voice/send.ts')).callByVoice),
  channelType(weComKind, async () => (await import('./wecom/send.ts')).sendToWeCom),
  channelType(webhookKind, async () => (await import('./webhook/send.ts')).sendWebhook),
]

/** Every kind of channel, by its `type`. */
export const channelTypes: ReadonlyMap<string, ChannelType> = new Map(TYPES.map((one) => [one.kind.type, one]))
