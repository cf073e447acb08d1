/*
 * Templates that would stall or swell a process without limits, by what they try. Each is cut to the length that a
 * template may have.
 */

const repeated = (text: string, times: number): string => text.repeat(times)
const forever = (body: string): string => `{% for i in range(10000) %}${body}{% endfor %}`
const nested = (depth: number, width: number, body: string): string =>
  repeated(`{% for i in range(${width}) %}`, depth) + body + repeated('{% endfor %}', depth)

export const HOSTILE: Readonly<Record<string, string>> = {
  'loops in loops': nested(3, 10_000, 'x'),
  'empty loops': nested(2, 10_000, ''),
  'names in deep loops': nested(15, 10, '{{ nothing }}'),
  'doublings of a text': `{% set s = "ab" %}${repeated('{% set s = s ~ s %}', 40)}{{ s }}`,
  'doublings by +': `{% set s = "ab" %}${repeated('{% set s = s + s %}', 40)}{{ s }}`,
  'doublings by replace': `{% set s = "aa" %}${repeated('{% set s = replace(s, "a", "aa") %}', 40)}{{ s }}`,
  'a long repetition': '{{ "ab" * 1000000000 }}',
  'repetitions in a loop': forever('{% set s = "ab" * 80000 %}'),
  'a long range': '{{ range(1000000000) }}',
  'ranges in a loop': forever('{% set r = range(10000) %}'),
  'replace of each character by the whole': '{% set s = "a" * 160000 %}{{ replace(s, "a", s) }}',
  'replace in a loop': `{% set s = "a" * 1000 %}${forever('{% set t = replace(s, "a", "bb") %}')}`,
  'replace of blanks': `{% set s = " " * 160000 %}${forever('{% set t = replace(s, "  ", " ", 3) %}')}`,
  'doublings of a list': `{% set l = [1] %}${repeated('{% set l = l + l %}', 40)}{{ l }}`,
  'a list that is twice in a list': `{% set l = [1] %}${repeated('{% set l = [l, l] %}', 40)}{{ l }}`,
  'equal lists of lists': `${['l', 'm'].map((name) => `{% set ${name} = [1] %}${repeated(`{% set ${name} = [${name}, ${name}] %}`, 40)}`).join('')}{{ l == m }}`,
  'a deep list': `{% set l = [] %}${repeated('{% set l = [l] %}', 1500)}{{ l }}`,
  'JSON of a deep list': `{% set l = [] %}${repeated('{% set l = [l] %}', 1500)}{{ l | to_json }}`,
  'equal deep lists': `${['l', 'm'].map((name) => `{% set ${name} = [] %}${repeated(`{% set ${name} = [${name}] %}`, 700)}`).join('')}{{ l == m }}`,
  'texts in a list': `{% set s = "\u4e2d" * 80000 %}${forever('{{ [s, s, s, s] | to_json | length }}')}`,
  'deep brackets': `{{ ${repeated('(', 900)}1${repeated(')', 900)} }}`,
  'many deep brackets': repeated(`{{ ${repeated('(', 30)}1${repeated(')', 30)} }}`, 480),
  'many nots': `{{ ${repeated('not ', 480)}1 }}`,
  'many signs': `{{ ${repeated('- ', 900)}1 }}`,
  'many sums': repeated(`{{ ${repeated('1+', 900)}1 }}`, 17),
  'many filters': `{{ "a"${repeated('|upper', 320)} }}`,
  'many choices': `{{ ${repeated('1 if 0 else ', 160)}1 }}`,
  'many calls': `{{ x${repeated('.get("a")', 200)} }}`,
  'many powers': forever('{{ 9 ** 9 ** 9 ** 9 }}'),
  'many blanks': repeated(`{{ a${repeated(' ', 98)}}}`, 300),
  'blanks before no tag': repeated(' ', 32_000),
  'only braces': repeated('{', 32_000),
  'only tags that open': repeated('{{', 16_000),
  'only comments that open': repeated('{#', 16_000),
  'only raw': repeated('{% raw %}', 3_500),
  'many outputs': repeated('{{a}}', 6_500),
  'many branches': `{% if a %}${repeated('{% elif a %}', 2_600)}{% endif %}`,
  'many blocks': repeated('{% if a %}', 1_600),
  'many old paths': repeated('$'.concat('{a'), 10_000),
  'a long old path': `$${'{'}a${repeated('.b', 16_000)}`,
  'many old quotes': repeated('$'.concat('{a["'), 6_000),
  'dates in a loop': forever('{{ format_date(i + 1, "Asia/Shanghai") }}'),
  'zones in a loop': forever('{{ format_date(i + 1, "Z" ~ i) }}'),
  'names of zones in a loop': forever('{{ format_date(i + 1, ["uTC", "Utc", "utC"][i % 3]) }}'),
  'dates of odd forms': forever('{{ parse_date("1" * 100, "%d%d%d%d%d%d%d%d%d%d!") }}'),
  'JSON in a loop': `{% set j = "[" ~ ("1," * 4000) ~ "1]" %}${forever('{% set x = parse_json(j) %}')}`,
  'deep JSON': `{% set j = "[" * 80000 %}${forever('{% set x = parse_json(j) %}')}`,
  'hashes in a loop': `{% set s = "a" * 80000 %}${forever('{% set x = md5_encoding(s) %}')}`,
  'codes in a loop': `{% set s = "a" * 50000 %}${forever('{% set x = base64_encoding(s) %}')}`,
  'URLs in a loop': `{% set s = "\u4e2d" * 17000 %}${forever('{% set x = url_encoding(s) %}')}`,
  'escapes in a loop': `{% set s = "<" * 30000 %}${forever('{% set x = escape_html(s) %}')}`,
  'titles in a loop': `{% set s = "a " * 80000 %}${forever('{% set x = title(s) %}')}`,
  'upper case that grows': `{% set s = "\u0390" * 80000 %}${forever('{% set x = upper(s) %}')}`,
  'words in a loop': `{% set s = "a " * 5000 %}${forever('{% set x = s.split() %}')}`,
  'blanks in a loop': `{% set s = " " * 160000 %}${forever('{% set x = trim(s ~ "x" ~ s) %}{{ wordcount(s) }}')}`,
  'characters in a loop': `{% set s = "ab" * 80000 %}${forever('{% set x = s[1] %}{{ s | length }}')}`,
  'sorts in a loop': `{% set l = range(10000) | reverse %}${forever('{% set x = l | sort %}')}`,
  'long texts sorted': `{% set s = "a" * 10000 %}${forever('{% set x = [s ~ 3, s ~ 2, s ~ 1] | sort %}')}`,
  'unique numbers': '{{ range(10000) | unique | length }}',
  'a text in a text': `{% set s = "a" * 80000 %}${forever('{% set x = (s ~ "b") in (s ~ s) %}')}`,
  'long equal texts': `{% set s = "a" * 160000 %}{% set t = "a" * 159999 ~ "a" %}${forever('{{ "1" if s == t }}')}`,
  'keys of long texts': `{% set s = "a" * 160000 %}${forever('{% set x = {s ~ i: 1} %}')}`,
  'an indent of each line': '{% set s = "\n" * 100000 %}{{ indent(s, 100, true) }}',
  'a join of long separators': '{{ range(10000) | join("x" * 1000) }}',
  'mappings in a loop': forever('{% set x = {"a": i, "b": i, "c": i, "d": i, "e": i} %}'),
  'a long output': forever('x'.repeat(3_000)),
  'a long escaped output': `{% set s = "<" * 30000 %}${forever('{{ s }}')}`,
  'a rope of texts': `{% set s = "a" * 100000 %}${forever('{% set t = s ~ i %}{% set u = t[0:1] %}')}`,
  'numbers that are none': `{{ "" * ${'9'.repeat(400)} }}{{ "a" * ${'9'.repeat(400)} }}`,
  'roundings in a loop': forever('{{ round(1 / 3, 20) }}'),
  'prototypes in a loop': forever('{{ x.constructor.prototype }}{{ x["__proto__"]["y"] }}'),
}

/** What a template of a user may look like. */
export const ORDINARY =
  'Project {{ alert.project }}: {% for k, v in alert.labels.items() %}{{ k }}={{ v }} {% endfor %}' +
  '{{ alert.fire_time | format_date("Asia/Shanghai") }}'
