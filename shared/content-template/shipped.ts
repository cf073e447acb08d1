/**
 * Templates to begin with, as entries of the section `templates`. The texts are those of Tocsin in the fields and the
 * order of Log Service's own templates, so receivers that were built for Log Service understand the body of a webhook.
 */
export const SHIPPED_TEMPLATES: readonly (Record<string, unknown> & { id: string; name: string })[] = [
  {
    id: 'log-service',
    name: 'In the shape of Log Service',
    webhook: { mode: 'single', content: webhook() },
    function: { content: webhook() },
    email: [
      { language: 'en', subject: '{{ title }}', content: email(EN()) },
      { language: 'zh', subject: '{{ title }}', content: email(ZH()) },
    ],
    ...Object.fromEntries(
      ['dingtalk', 'wecom', 'lark', 'teams', 'discord'].map((kind) => [kind, list('**', '**')] as const),
    ),
    slack: list('*', '*'),
    telegram: list('<b>', '</b>'),
    inbox: list('', ''),
    pagerduty: list('', ''),
    opsgenie: list('', ''),
    // Most readers of a topic have its messages as mails.
    sns: list('', '').map(({ title, ...text }) => ({ ...text, subject: title })),
    ...Object.fromEntries(
      ['cloudevents', 'alibaba-eventbridge', 'aws-eventbridge'].map((kind) => [
        kind,
        { subject: '{{ alert.alert_name }}', content: webhook() },
      ]),
    ),
    sms: line(),
    voice: line(),
  },
]

interface Names {
  name: string
  status: string
  severity: string
  fired: string
  resolved: string
  project: string
  labels: string
  annotations: string
  query: string
  colon: string
}

function EN(): Names {
  return {
    ...{ name: 'Alert', status: 'Status', severity: 'Severity', fired: 'Fired at', resolved: 'Resolved at' },
    ...{ project: 'Project', labels: 'Labels', annotations: 'Annotations', query: 'Query', colon: ': ' },
  }
}

function ZH(): Names {
  return {
    ...{ name: '告警名称', status: '告警状态', severity: '告警等级', fired: '首次触发时间', resolved: '恢复时间' },
    ...{ project: '项目', labels: '标签', annotations: '标注', query: '查看数据', colon: '：' },
  }
}

/** The fields of Log Service's own body, in its order. */
function webhook(): string {
  const fields = [
    ...['aliuid', 'alert_instance_id', 'alert_id', 'alert_name', 'region', 'project', 'alert_time', 'fire_time'],
    ...['resolve_time', 'status', 'results', 'fire_results', 'fire_results_count', 'labels', 'annotations', 'severity'],
    'fingerprint',
  ]
  return `{\n${fields.map((field) => `  "${field}": {{ alert.${field} }}`).join(',\n')}\n}`
}

/** Rows of a text about an alert: its name, and a value as a template. */
function rows(names: Names): [name: string, value: string, when?: string][] {
  return [
    [names.status, '{{ alert.status | format_status }}'],
    [names.severity, '{{ alert.severity | format_severity }}'],
    [names.fired, '{{ alert.fire_time | format_date }}'],
    [names.resolved, '{{ alert.resolve_time | format_date }}', 'alert.resolve_time'],
    [names.project, '{{ alert.project }}', 'alert.project'],
    [names.labels, '{{ alert.labels | to_list }}', 'alert.labels'],
    [names.annotations, '{{ alert.annotations | annotations_to_list }}', 'alert.annotations'],
  ]
}

function when(condition: string | undefined, text: string): string {
  return condition === undefined ? `${text}\n` : `{% if ${condition} %}${text}\n{% endif %}`
}

function email(names: Names): string {
  const row = (name: string, value: string): string =>
    `<tr><td style="padding: 4px 12px; color: #666; vertical-align: top">${name}</td>` +
    `<td style="padding: 4px 12px">${value}</td></tr>`
  return [
    '<h3>{{ alert.alert_name }}</h3>\n<table style="border-collapse: collapse">\n',
    ...rows(names).map(([name, value, condition]) => when(condition, row(name, value))),
    '</table>\n',
    when('alert.query_url', `<p><a href="{{ alert.query_url }}">${names.query}</a></p>`),
  ].join('')
}

function list(open: string, close: string): { language: string; title: string; content: string }[] {
  return [
    { language: 'en', title: '{{ title }}', content: listOf(EN(), open, close) },
    { language: 'zh', title: '{{ title }}', content: listOf(ZH(), open, close) },
  ]
}

/** Paragraphs for chats: the lists of labels and annotations stand below their names. No blank line at the end. */
function listOf(names: Names, open: string, close: string): string {
  const paragraph = ([name, value, condition]: [string, string, string?]): string => {
    const gap = /to_list/.test(value) ? '\n\n' : ' '
    const text = `\n\n${open}${name}${close}${names.colon.trimEnd()}${gap}${value}`
    return condition === undefined ? text : `{% if ${condition} %}${text}{% endif %}`
  }
  return [`${open}{{ alert.alert_name }}${close}`, ...rows(names).map(paragraph)].join('')
}

function line(): object[] {
  const content = ({ name, status, severity, fired, colon }: Names, comma: string): string =>
    [
      `${name}${colon}{{ alert.alert_name }}`,
      `${status}${colon}{{ alert.status | format_status }}`,
      `${severity}${colon}{{ alert.severity | format_severity }}`,
      `${fired}${colon}{{ alert.fire_time | format_date }}`,
    ].join(comma)
  return [
    { language: 'en', content: content(EN(), ', ') },
    { language: 'zh', content: content(ZH(), '，') },
  ]
}
