import type { DefaultName } from './names.ts'

/*
 * Alertmanager's default templates, restated: they give the same text as those of prometheus/alertmanager 0.34
 * (template/default.tmpl, Apache-2.0).
 */

const FIRING = 'gt (len .Alerts.Firing) 0'
const RESOLVED = 'gt (len .Alerts.Resolved) 0'
const COMMON_ANNOTATIONS = '{{ .CommonAnnotations.SortedPairs.Values | join " " }}'

/** `gap`: a line between the parts. */
function alertList(indent: string, gap: string): string {
  const pairs = (name: string): string =>
    `${gap}${name}:\n{{ range .${name}.SortedPairs }}${indent}- {{ .Name }} = {{ .Value }}\n{{ end }}`
  return `{{ range . }}${pairs('Labels')}${pairs('Annotations')}${gap}Source: {{ .GeneratorURL }}\n{{ end }}${gap}`
}

function call(name: string, data = '.'): string {
  return `{{ template "${name}" ${data} }}`
}

/** Firing and resolved alerts, without empty lines around a list. */
const TIGHT_LISTS = [
  `{{ if ${FIRING} }}Alerts Firing:\n${call('__text_alert_list', '.Alerts.Firing')}{{ end }}\n`,
  `{{ if ${RESOLVED} }}Alerts Resolved:\n${call('__text_alert_list', '.Alerts.Resolved')}{{ end }}`,
].join('')

/** The same with empty lines, as every channel but the oldest has them. */
function wideLists(list: string, mark = ''): string {
  const part = (when: string, name: string): string =>
    `\n{{ if ${when} }}\n${mark}Alerts ${name}:\n${call(list, `.Alerts.${name}`)}\n{{ end }}`
  return `${part(FIRING, 'Firing')}${part(RESOLVED, 'Resolved')}\n`
}

const PLAIN_LISTS = wideLists('__text_alert_list')
const MARKDOWN_LISTS = wideLists('__text_alert_list_markdown', '# ')

const COLOR = '{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}'

/** The most urgent severity of some alerts as a priority of Jira. */
function priorityOf(status: string): string {
  const when = (severity: string, priority: string, unless: string): string =>
    `if and (eq .Labels.severity "${severity}") (${unless}) }}{{ $priority = "${priority}" }}{{ `
  const rules = [
    when('critical', 'High', 'true'),
    when('warning', 'Medium', 'ne $priority "High"'),
    when('info', 'Low', 'eq $priority ""'),
  ]
  return `{{ range .Alerts.${status} }}{{ ${rules.join('else ')}end }}{{ end }}`
}

const SUBJECT = [
  '[{{ .Status | toUpper }}{{ if eq .Status "firing" }}:{{ len .Alerts.Firing }}{{ end }}] ',
  '{{ .GroupLabels.SortedPairs.Values | join " " }} ',
  '{{ if gt (len .CommonLabels) (len .GroupLabels) }}(',
  '{{ with .CommonLabels.Remove .GroupLabels.Names }}{{ .Values | join " " }}{{ end }}',
  '){{ end }}',
].join('')

const SUBJECT_CALL = call('__subject')
const URL_CALL = call('__alertmanagerURL')
const NAME_CALL = call('__alertmanager')

/** The templates by name. */
export const DEFAULT_TEXTS: Readonly<Record<Exclude<DefaultName, 'email.default.html'>, string>> = {
  __alertmanager: 'Alertmanager',
  __alertmanagerURL: '{{ .ExternalURL }}/#/alerts?receiver={{ .Receiver | urlquery }}',
  __subject: SUBJECT,
  __description: '',
  __text_alert_list: alertList(' ', ''),
  __text_alert_list_markdown: alertList('  ', '\n'),

  'slack.default.title': SUBJECT_CALL,
  'slack.default.username': NAME_CALL,
  'slack.default.fallback': `${call('slack.default.title')} | ${call('slack.default.titlelink')}`,
  'slack.default.callbackid': '',
  'slack.default.pretext': '',
  'slack.default.titlelink': URL_CALL,
  'slack.default.iconemoji': '',
  'slack.default.iconurl': '',
  'slack.default.text': '',
  'slack.default.footer': '',
  'slack.default.color': COLOR,

  'pagerduty.default.description': SUBJECT_CALL,
  'pagerduty.default.client': NAME_CALL,
  'pagerduty.default.clientURL': URL_CALL,
  'pagerduty.default.instances': call('__text_alert_list'),

  'opsgenie.default.message': SUBJECT_CALL,
  'opsgenie.default.description': `${COMMON_ANNOTATIONS}\n${TIGHT_LISTS}`,
  'opsgenie.default.source': URL_CALL,

  'wechat.default.message': `${SUBJECT_CALL}\n${COMMON_ANNOTATIONS}\n${TIGHT_LISTS}\nAlertmanagerUrl:\n${URL_CALL}`,
  'wechat.default.to_user': '',
  'wechat.default.to_party': '',
  'wechat.default.to_tag': '',
  'wechat.default.agent_id': '',

  'victorops.default.state_message': `${COMMON_ANNOTATIONS}\n${TIGHT_LISTS}`,
  'victorops.default.entity_display_name': SUBJECT_CALL,
  'victorops.default.monitoring_tool': NAME_CALL,

  'pushover.default.title': SUBJECT_CALL,
  'pushover.default.message': `${COMMON_ANNOTATIONS}${PLAIN_LISTS}`,
  'pushover.default.url': URL_CALL,

  'sns.default.subject': SUBJECT_CALL,
  'sns.default.message': `${COMMON_ANNOTATIONS}${PLAIN_LISTS}`,

  'telegram.default.message': PLAIN_LISTS,

  'discord.default.content': '',
  'discord.default.title': SUBJECT_CALL,
  'discord.default.message': PLAIN_LISTS,

  'webex.default.message': `${COMMON_ANNOTATIONS}${PLAIN_LISTS}`,

  'msteams.default.summary': SUBJECT_CALL,
  'msteams.default.title': SUBJECT_CALL,
  'msteams.default.text': MARKDOWN_LISTS,
  'msteamsv2.default.title': SUBJECT_CALL,
  'msteamsv2.default.text': MARKDOWN_LISTS,

  'jira.default.summary': SUBJECT_CALL,
  'jira.default.description': MARKDOWN_LISTS,
  'jira.default.priority': [
    '{{ $priority := "" }}',
    priorityOf('Firing'),
    `{{ if eq $priority "" }}${priorityOf('Resolved')}{{ end }}`,
    '{{ $priority }}',
  ].join(''),

  'rocketchat.default.title': SUBJECT_CALL,
  'rocketchat.default.alias': NAME_CALL,
  'rocketchat.default.titlelink': URL_CALL,
  'rocketchat.default.emoji': '',
  'rocketchat.default.iconurl': '',
  'rocketchat.default.text': '',

  'mattermost.default.color': COLOR,
  'mattermost.default.username': NAME_CALL,
  'mattermost.default.title': SUBJECT_CALL,
  'mattermost.default.titlelink': URL_CALL,
  'mattermost.default.fallback': `${call('mattermost.default.title')} | ${call('mattermost.default.titlelink')}`,
  'mattermost.default.text': MARKDOWN_LISTS,

  'email.default.subject': SUBJECT_CALL,
}
