/*
 * Words of the declarations of settings, of channels and of integrations, in Chinese: labels, headings and help. Names of
 * products, attributes and values stay as the providers write the names.
 */

import type { Language } from './language.ts'

export const LABELS: Readonly<Record<string, string>> = {
  'API key': 'API 密钥',
  'A message of a bot is changed while its incident lasts': '告警期间更新机器人的消息',
  'Access key ID': 'AccessKey ID',
  'Access key secret': 'AccessKey Secret',
  'Absorb refreshes': '吸收重发',
  Account: '账号',
  Actions: '操作',
  'Address of the publisher': '发布者地址',
  'Alibaba Cloud': '阿里云',
  'Amazon SNS': 'Amazon SNS',
  Asynchronous: '异步',
  Attributes: '属性',
  Authority: '证书颁发机构',
  'Authorization header': 'Authorization 请求头',
  'Basic authentication': 'Basic 认证',
  Bus: '事件总线',
  'Bus name': '事件总线名称',
  Buttons: '按钮',
  'Callback ID': '回调 ID',
  Channel: '频道',
  'Characters of a value': '变量值的字符数',
  Chat: '会话',
  'Chat ID': '会话 ID',
  Class: '类别',
  Client: '客户端',
  Colour: '颜色',
  Component: '组件',
  'Content type': '内容类型',
  Countries: '国家代码',
  Credentials: '凭证',
  Departments: '部门',
  Description: '描述',
  Details: '详情',
  Endpoint: '接入点',
  Entity: '实体',
  Events: '事件',
  Fields: '字段',
  'Fields are short': '字段并排显示',
  'Fields with Markdown': '使用 Markdown 的字段',
  Footer: '页脚',
  From: '发件人',
  Function: '函数',
  Group: '分组',
  HTML: 'HTML',
  Headers: '请求头',
  Host: '主机',
  'ID of the app': '应用 ID',
  'ID of the organisation': '企业 ID',
  Icon: '图标',
  Images: '图片',
  'Integration key': '集成密钥',
  'Integration key of the Events API v1': 'Events API v1 集成密钥',
  'Integration key of the Events API v2': 'Events API v2 集成密钥',
  Language: '语言',
  'Link of the title': '标题链接',
  'Link to the incident': '告警链接',
  Links: '链接',
  'Mail server': '邮件服务器',
  Mapping: '映射',
  Markup: '标记语言',
  Message: '消息',
  'Message and description are updated': '更新消息和描述',
  'Messages of a group stand together': '同组邮件合并显示',
  Method: '请求方法',
  Mode: '模式',
  'Most alerts in a body': '单次最多告警事件数',
  'Name of this host for the server': '本机在服务器中的名称',
  'Names become links': '名称转为链接',
  Note: '备注',
  'Number shown': '来电显示号码',
  Password: '密码',
  Payload: '请求内容',
  'Phone number': '电话号码',
  Port: '端口',
  Priority: '优先级',
  Provider: '服务商',
  Region: '地域',
  Request: '请求',
  Responders: '响应人',
  SMTP: 'SMTP',
  Scheme: '认证方案',
  'Secret access key': 'Secret Access Key',
  'Secret of the app': '应用密钥',
  'Security token': 'STS 安全令牌',
  Server: '服务器',
  'Session token': '会话令牌',
  Severities: '级别对应',
  Severity: '级别',
  Signature: '签名',
  'Signed links': '签名链接',
  'Signing secret': '签名密钥',
  Silent: '静音发送',
  Source: '事件源',
  Subject: '主题',
  Summary: '摘要',
  TLS: 'TLS',
  'TLS from the first byte': '从首字节起使用 TLS',
  'TLS is required': '必须使用 TLS',
  Tags: '标签',
  Target: '目标',
  Tells: '发送内容',
  Template: '模板',
  Text: '文本',
  'Text above the attachment': '附件上方文本',
  'Text above the card': '卡片上方文本',
  'Text before the attachment': '附件前文本',
  'Text for notifications': '通知文本',
  Time: '时间',
  'Time zone': '时区',
  'Timeout in milliseconds': '超时（毫秒）',
  Title: '标题',
  To: '收件人',
  'Token of the bot': '机器人令牌',
  Topic: '主题',
  'Topic ID': '话题 ID',
  'Type prefix': '类型前缀',
  URL: 'URL',
  'URL of a picture': '头像 URL',
  'URL of a small image': '小图 URL',
  'URL of an icon': '图标 URL',
  'URL of an image': '图片 URL',
  'URL of the client': '客户端 URL',
  'URL of the connector': '连接器 URL',
  'URL of the workflow': '工作流 URL',
  'User name': '用户名',
  Users: '用户',
  Variables: '变量',
}

export const HELP: Readonly<Record<string, string>> = {
  '0: all alerts.': '0：全部告警事件。',
  '0: no topic.': '0：无话题。',
  '1 to 50 mailboxes; each sees the others. Absent: only users are sent to, each at their own mailboxes.':
    '1 至 50 个邮箱，彼此可见。留空则只发送给用户自己的邮箱。',
  'A number of your own that the phone shows. Absent: one of the provider.':
    '电话上显示的自有号码。留空则使用服务商的号码。',
  'A request that takes longer is given up. 10000 by default, 25000 at most.':
    '超过该时间则放弃请求。默认 10000，最大 25000。',
  'A send that takes longer is given up. 25000 by default and at most.': '超过该时间则放弃发送。默认且最大为 25000。',
  'Absent, with aws: the role of the function signs.': 'aws 留空时由函数的角色签名。',
  'Absent: 465 with implicit TLS, else 587.': '留空：隐式 TLS 为 465，否则为 587。',
  'Absent: https://api.opsgenie.com. The European Union: https://api.eu.opsgenie.com. Jira Service Management: https://api.atlassian.com/jsm/ops/integration.':
    '留空：https://api.opsgenie.com。欧盟：https://api.eu.opsgenie.com。Jira Service Management：https://api.atlassian.com/jsm/ops/integration。',
  'Absent: https://events.pagerduty.com/v2/enqueue.': '留空：https://events.pagerduty.com/v2/enqueue。',
  'Absent: mainland China, of Alibaba Cloud.': '留空：阿里云中国内地。',
  'Absent: mainland China.': '留空：中国内地。',
  'Absent: on port 465.': '留空：使用 465 端口时启用。',
  'Absent: the client.': '留空则为客户端。',
  'Absent: the endpoint of AWS in the region.': '留空：该地域的 AWS 接入点。',
  'Absent: the endpoint of Alibaba Cloud in the region.': '留空：该地域的阿里云接入点。',
  'Absent: the endpoint of the provider in the region.': '留空：服务商在该地域的接入点。',
  'Absent: the region in the ARN.': '留空：ARN 中的地域。',
  'Absent: the role of the function signs, on AWS.': '留空：在 AWS 上由函数的角色签名。',
  'Absent: the role of the function signs, on AWS; a trigger of Alibaba Cloud is called without a signature.':
    '留空：在 AWS 上由函数的角色签名；阿里云触发器不签名调用。',
  'As @BotFather shows it.': '由 @BotFather 提供。',
  'Attribute `source` of every event. Absent: arms, of alerts acs.sls.alert.':
    '每个事件的 `source` 属性。留空：arms，告警事件为 acs.sls.alert。',
  'Attribute aliyunaccountid. Absent: the account of the incident.': '属性 aliyunaccountid。留空：告警所属账号。',
  'Attribute aliyuneventbusname.': '属性 aliyuneventbusname。',
  'Attribute aliyunpublishaddr. Absent: the address of this host, if known.':
    '属性 aliyunpublishaddr。留空：本机地址（如已知）。',
  'Attribute aliyunregionid.': '属性 aliyunregionid。',
  'By name: Subject, To and From too.': '按名称填写，包括 Subject、To 和 From。',
  'By the name of a variable in the template, one of name, status, level, count, time, policy, content. Absent: all of these by their own names.':
    '按模板变量名填写，取值为 name、status、level、count、time、policy、content 之一。留空：全部按各自名称。',
  'By thread_by_date of a day (daily), or all of them (none).': '按 thread_by_date：每天（daily）或全部（none）。',
  'Certificates (PEM) of the only authorities that the server may have its certificate from.':
    '仅信任这些机构（PEM 证书）签发的服务器证书。',
  'Content mode of the CloudEvents HTTP binding.': 'CloudEvents HTTP 绑定的内容模式。',
  'Country codes that messages go to. Absent: 86 with alibaba, every country with aws.':
    '可发送的国家代码。留空：alibaba 为 86，aws 为所有国家。',
  'Events have the attribute `time`, the moment of the event; events of ARMS have none.':
    '事件带有 `time` 属性，即事件时间；ARMS 的事件没有。',
  'From the severities of the source to those of the account. `default` is for alerts without a severity.':
    '将来源的级别对应到本账号的级别。`default` 用于没有级别的告警事件。',
  'Further alerts are left out and counted in `truncatedAlerts`. 0 or absent: all alerts are sent, in several bodies above 4 MiB.':
    '超出的告警事件不发送，计入 `truncatedAlerts`。0 或留空：全部发送，超过 4 MiB 时分多次。',
  'Further headers of every request, by name. Values are kept secret.': '每个请求的其他请求头，按名称填写，值会保密。',
  'IANA zone of startTime and endTime.': 'startTime 和 endTime 的 IANA 时区。',
  'IANA zone of the times in messages.': '消息中时间的 IANA 时区。',
  'Id of a chat, negative for groups, or @name of a public channel. The bot has to be a member.':
    '会话 ID（群组为负数）或公开频道的 @名称。机器人须为成员。',
  'Id or name of the channel that the bot writes to. The bot has to be a member.':
    '机器人写入的频道 ID 或名称。机器人须为成员。',
  'In place of a topic: the ARN of an endpoint of a device.': '代替主题：设备端点的 ARN。',
  'Its ARN. A topic .fifo has one message group for each group.': '主题 ARN。.fifo 主题中每个分组为一个消息组。',
  'Its code, such as SMS_123456789.': '模板代码，例如 SMS_123456789。',
  'Its name or ARN, with a version or an alias.': '函数名称或 ARN，可带版本或别名。',
  'Its name, or the ARN of a bus in another account.': '事件总线名称，或其他账号中事件总线的 ARN。',
  'Lambda queues the event and runs the function afterwards, so an error of the function is not seen. For functions that take longer than the time-out.':
    'Lambda 将事件排队后再运行函数，因此看不到函数的错误。用于运行时间超过超时的函数。',
  'Mailboxes, with commas between them.': '多个邮箱以逗号分隔。',
  'Of a robot that checks signatures.': '用于开启签名校验的机器人。',
  'Of an API integration.': '来自 API 集成。',
  'Of an incoming webhook.': '来自 Incoming Webhook。',
  'Of an integration “Events API V2” of a service.': '来自服务的 Events API V2 集成。',
  'Of temporary keys (STS). Absent: the key is lasting.': '用于临时密钥（STS）。留空：长期密钥。',
  'Of the HTTP trigger.': '来自 HTTP 触发器。',
  'Of the words of a content template: application/json;charset=utf-8 by default.':
    '内容模板的类型，默认 application/json;charset=utf-8。',
  'On AWS: a firing alert that comes again unchanged soon after it was processed is answered and not processed. This costs less, and the alerts of a Prometheus that falls silent may end after about two and a half minutes in the place of four. Not for two Prometheus servers that send the same labels.':
    '在 AWS 上：刚处理过的触发中告警若原样重发，只应答而不再处理。费用更低，但 Prometheus 中断后，其告警可能约两分半钟就恢复，而不是四分钟。不适用于发送相同标签的两台 Prometheus。',
  'POST by default.': '默认 POST。',
  'Part of the attribute `type` before `:create`. Absent: aliyun:arms:alarm, of alerts sls:AlertEvent.':
    '属性 `type` 中 `:create` 之前的部分。留空：aliyun:arms:alarm，告警事件为 sls:AlertEvent。',
  'Path and query may have templates.': '路径和查询参数可使用模板。',
  'Requests are posted here.': '请求发送到此地址。',
  'SEC…, of a robot that checks signatures.': 'SEC…，用于开启加签的机器人。',
  'Server of the API that the bot uses. Absent: https://slack.com.':
    '机器人使用的 API 服务器。留空：https://slack.com。',
  'Signs each body as Standard Webhooks says: whsec_ and base64, or any other text.':
    '按 Standard Webhooks 对内容签名：whsec_ 加 base64，或其他文本。',
  'The address of the robot, as the chat shows it.': '聊天软件中显示的机器人地址。',
  'The approved name that messages begin with.': '已审核的短信签名。',
  'The body: every text in it is a template. Absent: Alertmanager’s webhook body.':
    '请求内容，其中每段文本都是模板。留空：Alertmanager 的 Webhook 内容。',
  'The code of an approved text that is read out, such as TTS_123456789.': '已审核的语音模板代码，例如 TTS_123456789。',
  'The common labels are details too.': '公共标签也会加入详情。',
  'The mail server.': '邮件服务器。',
  'The most that a variable of the template takes. Absent: 35.': '模板变量的最大字符数。留空：35。',
  'The server of the Bot API.': 'Bot API 的服务器。',
  'Values that are YAML of a number, a list or a mapping are sent as such.':
    '值为数字、列表或映射的 YAML 时按其类型发送。',
  'Where labels, annotations, times and the end of an alert are in the posted JSON.':
    '标签、注解、时间和恢复状态在所发 JSON 中的位置。',
  '`https://<account>.eventbridge.<region>.aliyuncs.com`, as the console shows it.':
    '`https://<account>.eventbridge.<region>.aliyuncs.com`，见控制台。',
  'alibaba: Short Message Service of Alibaba Cloud, with a template that it has approved. aws: Amazon SNS.':
    'alibaba：阿里云短信服务，使用已审核的模板。aws：Amazon SNS。',
  'alibaba: Voice Messaging Service of Alibaba Cloud, which calls numbers of mainland China.':
    'alibaba：阿里云语音服务，可呼叫中国内地号码。',
  'aws: AWS Lambda. alibaba: Function Compute, by an HTTP trigger.':
    'aws：AWS Lambda。alibaba：通过 HTTP 触发器调用函数计算。',
  'externalURL is a link that shows the incident without a key.': 'externalURL 为无需密钥即可查看告警的链接。',
  'host:port': '主机:端口',
  'lifecycle (the default): the life-cycle events of incidents. alerts: notifications, one event for each alert.':
    'lifecycle（默认）：告警的生命周期事件。alerts：通知，每条告警事件一个事件。',
  'signed: shows the incident without a key, for 7 days. claim: whoever opens the link may also claim the incident. page: needs a key. none: no link.':
    'signed：7 天内无需密钥即可查看告警。claim：打开链接的人还可认领告警。page：需要密钥。none：无链接。',
  'smtp: any mail server. ses: the API of Amazon SES.': 'smtp：任意邮件服务器。ses：Amazon SES 的 API。',
  'starttls by default. Unless none is given, nothing is sent in the clear.':
    '默认 starttls。除非为 none，否则不明文发送。',
  'xoxb-…, with the right chat:write, in the place of a webhook.': 'xoxb-…，具有 chat:write 权限，代替 Webhook。',
}

/** The words of a value of a choice. A value that the help explains stands in front of the words. */
type ValueWords = Readonly<Record<Language, string>>
const same = (words: string): ValueWords => ({ en: words, zh: words })

/** Values of choices, by the label of the choice. */
export const VALUES: Readonly<Record<string, Readonly<Record<string, ValueWords>>>> = {
  Language: { en: same('English'), zh: same('中文') },
  'Link to the incident': {
    signed: { en: 'signed: without a key, for 7 days', zh: 'signed：无需密钥，7 天内有效' },
    claim: { en: 'claim: without a key, and may claim', zh: 'claim：无需密钥，并可认领' },
    page: { en: 'page: needs a key', zh: 'page：需要密钥' },
    none: { en: 'none: no link', zh: 'none：无链接' },
  },
  Markup: {
    // biome-ignore-start lint/style/useNamingConvention: the keys are the values of `parse_mode` in the API of Telegram
    HTML: same('HTML'),
    Markdown: same('Markdown'),
    MarkdownV2: same('MarkdownV2'),
    // biome-ignore-end lint/style/useNamingConvention: the keys are the values of `parse_mode` in the API of Telegram
    '': { en: 'none', zh: '无' },
    text: { en: 'plain text', zh: '纯文本' },
    markdown: same('Markdown'),
  },
  Method: {
    ...Object.fromEntries(['POST', 'PUT', 'GET', 'DELETE', 'OPTIONS'].map((method) => [method, same(method)])),
  },
  Mode: {
    structured: { en: 'structured: the event as JSON', zh: 'structured：事件为 JSON' },
    binary: { en: 'binary: attributes as headers', zh: 'binary：属性放在请求头中' },
    batch: { en: 'batch: several events in a body', zh: 'batch：一次发送多个事件' },
  },
  Provider: {
    alibaba: { en: 'alibaba: Alibaba Cloud', zh: 'alibaba：阿里云' },
    aws: same('aws: AWS'),
    ses: same('ses: Amazon SES'),
    smtp: { en: 'smtp: any mail server', zh: 'smtp：任意邮件服务器' },
  },
  Tells: {
    alerts: { en: 'alerts: an event for each alert', zh: 'alerts：每条告警事件一个事件' },
    lifecycle: { en: 'lifecycle: what happens to incidents', zh: 'lifecycle：告警的生命周期' },
  },
  TLS: {
    implicit: { en: 'implicit: from the first byte', zh: 'implicit：从首字节起加密' },
    none: { en: 'none: nothing is encrypted', zh: 'none：不加密' },
    starttls: { en: 'starttls: after the greeting', zh: 'starttls：问候之后加密' },
  },
}
