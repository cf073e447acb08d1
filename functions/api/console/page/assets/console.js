// The console without this file is whole: here are live times, asking again, keys, and copying.

const body = document.body
const $ = (selector) => document.querySelector(selector)
const $$ = (selector) => [...document.querySelectorAll(selector)]

/* Times */

// The server shows times in the zone of the browser from the next page on.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
if (zone && body.dataset.zone !== zone) {
  // biome-ignore lint/suspicious/noDocumentCookie: `cookieStore` is missing in some browsers
  document.cookie = `tocsin-tz=${encodeURIComponent(zone)}; Path=/; Max-Age=31536000; SameSite=Lax`
}
let utc = body.dataset.utc === 'on'
const language = document.documentElement.lang
const units = language.startsWith('zh') ? ['天', '小时', '分', '秒', '刚刚'] : ['d', 'h', 'm', 's', 'now']

function span(ms) {
  const seconds = Math.floor(ms / 1000)
  const [d, h, m] = [Math.floor(seconds / 86400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60]
  if (seconds < 1) return units[4]
  if (seconds < 60) return seconds + units[3]
  if (seconds < 3600) return m + units[2]
  if (d === 0) return h + units[1] + (m ? ` ${m}${units[2]}` : '')
  return d + units[0] + (h ? ` ${h}${units[1]}` : '')
}

function clock(at) {
  const timeZone = utc ? 'UTC' : undefined
  const day = (date) => date.toLocaleDateString('en', { timeZone })
  const far = day(at) === day(new Date()) ? { second: '2-digit' } : { month: 'short', day: 'numeric' }
  const form = { ...far, hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone }
  return at.toLocaleString(language === 'en' ? 'en-GB' : language, form)
}

function showTimes() {
  for (const element of $$('time[datetime]')) {
    const at = new Date(element.dateTime)
    const { dataset } = element
    const text = 'ago' in dataset ? span(Date.now() - at) : 'until' in dataset ? span(at - Date.now()) : clock(at)
    if (element.textContent !== text) element.textContent = text
  }
}
showTimes()
setInterval(showTimes, 1000)

/* Asking again: soon while something changes, seldom while nothing does, never while nobody looks */

const PACE = [5, 5, 10, 15, 30]
let quiet = 0
let timer
let paused = false
let failed = 0
let heardAt = new Date()
const asof = $('#asof')
const lost = $('#lost')

function plan() {
  clearTimeout(timer)
  if (paused || document.hidden || !$('.live')) return
  timer = setTimeout(ask, PACE[Math.min(quiet, PACE.length - 1)] * 1000)
}

function ask() {
  body.dispatchEvent(new Event('refresh'))
  plan()
}

document.addEventListener('visibilitychange', () => {
  if (document.hidden) clearTimeout(timer)
  // Somebody who is signed out may have signed in elsewhere.
  else if (!paused || !lost.lastElementChild.hidden) ask()
})

body.addEventListener('htmx:after:request', ({ detail }) => {
  const status = detail.ctx?.response?.status ?? 0
  if (!detail.ctx?.sourceElement?.classList.contains('live')) return
  if (status === 200 || status === 304) {
    failed = 0
    if (!lost.lastElementChild.hidden) paused = false
    lost.lastElementChild.hidden = true
    heardAt = new Date()
    lost.hidden = true
    asof?.classList.toggle('off', paused)
    quiet = status === 304 ? quiet + 1 : 0
    const time = asof?.querySelector('time')
    if (time) time.dateTime = heardAt.toISOString()
  } else if (status === 403 || status === 404) {
    paused = true
    say(status === 403 ? lost.dataset.out : lost.dataset.gone)
    lost.lastElementChild.hidden = status !== 403
  } else miss()
  plan()
})
body.addEventListener('htmx:error', ({ detail }) => {
  if (detail.ctx?.sourceElement?.classList.contains('live')) miss()
})
// A page that answers with an error stays as it is: nothing of the error is put into the page.
body.addEventListener('htmx:before:swap', (event) => {
  const status = event.detail.ctx?.response?.status ?? 200
  if (status >= 400) event.preventDefault()
})

function miss() {
  if (++failed > 1) say(lost.dataset.lost.replace('{time}', clock(heardAt)))
}
// The browser would leave the page for its own error, and the words of a person with it.
body.addEventListener('submit', (event) => {
  if (failed < 2) return
  event.preventDefault()
  ask()
})

function say(text) {
  lost.firstElementChild.textContent = text
  lost.hidden = false
  asof?.classList.add('off')
}

const pause = $('[data-pause]')
if (pause) {
  pause.hidden = false
  pause.addEventListener('click', () => {
    paused = !paused
    pause.setAttribute('aria-pressed', paused)
    pause.textContent = paused ? '►' : '❚❚'
    asof.classList.toggle('off', paused)
    if (paused) clearTimeout(timer)
    else ask()
  })
}
plan()

/* Copying and filling in */

function dress() {
  for (const control of $$('[data-copy], [data-fill], [data-insert], [data-file], [data-do]')) control.hidden = false
  for (const control of $$('[data-plain]')) control.hidden = true
  const chosen = $$('.pick input:checked').length
  for (const count of $$('[data-selected]')) {
    count.hidden = chosen === 0
    count.textContent = count.dataset.selected.replace('0', chosen)
  }
}
dress()
body.addEventListener('htmx:after:swap', () => {
  showTimes()
  dress()
})
body.addEventListener('change', (event) => {
  dress()
  // The slider needs no button with a script.
  if (event.target.matches('[data-go]')) event.target.form.requestSubmit()
})

// The text with the cursor: a word of the list goes there.
let written
function keepWritten(target) {
  if (target.matches('#entry textarea, #entry input:not([type])')) written = target
}
// The browser may have put the focus on a text before this file came.
keepWritten(document.activeElement ?? body)
body.addEventListener('focusin', ({ target }) => keepWritten(target))

body.addEventListener('click', async (event) => {
  const { target } = event
  const copy = target.closest('[data-copy]')
  if (copy) {
    const from = document.getElementById(copy.dataset.copy)
    await navigator.clipboard?.writeText(from.value ?? from.textContent)
    from.select?.()
    copy.textContent = `✓ ${copy.textContent.replace('✓ ', '')}`
  }
  const fill = target.closest('[data-fill]')
  if (fill) {
    const into = document.getElementById(fill.dataset.fill)
    into.value = fill.dataset.words
    into.focus()
  }
  const insert = target.closest('[data-insert]')
  if (insert && written) {
    written.setRangeText(insert.dataset.insert, written.selectionStart, written.selectionEnd, 'end')
    written.focus()
    written.dispatchEvent(new Event('input', { bubbles: true }))
  }
  SWITCHES[target.closest('[data-do]')?.dataset.do]?.()
  const tag = target.closest('[data-filter]')
  if (tag && event.altKey) {
    event.preventDefault()
    const not = encodeURIComponent(tag.dataset.filter.replace('=', '!='))
    location.assign(tag.href.replace(/filter=[^&]*$/, `filter=${not}`))
  }
})

// A file goes into the text that is sent. A spreadsheet in Chinese may have another encoding than UTF-8.
body.addEventListener('change', async ({ target }) => {
  const [file] = (target.dataset.into && target.files) || []
  if (!file) return
  const bytes = await file.arrayBuffer()
  const into = document.getElementById(target.dataset.into)
  try {
    into.value = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    into.value = new TextDecoder('gb18030').decode(bytes)
  }
})

/* Keys: each is written on a control that one can see, and does what a click there does */

let pressed = ''
const rows = () => $$('[data-row]')
let at = -1

document.addEventListener('keydown', (event) => {
  const { key, target } = event
  const types = target.closest('input:not([type=checkbox], [type=radio]), textarea, select')
  if (key === 'Escape') {
    if (types) target.blur()
    else ($('[data-key="Escape"]') ?? $('dialog[open]'))?.click?.()
    return
  }
  if (types || event.ctrlKey || event.metaKey || event.altKey || body.dataset.keys === 'off') return
  const list = rows()
  if (key === 'j' || key === 'k') {
    list[at]?.classList.remove('at')
    at = Math.max(0, Math.min(list.length - 1, at + (key === 'j' ? 1 : -1)))
    list[at]?.classList.add('at')
    list[at]?.scrollIntoView({ block: 'nearest' })
    list[at]?.querySelector('[data-open]')?.focus({ preventScroll: true })
    return
  }
  const wanted = pressed === 'g' ? `g ${key}` : key
  pressed = key === 'g' ? 'g' : ''
  const inRow = list[at]?.querySelector(`[data-key="${CSS.escape(wanted)}"]`)
  const control = inRow ?? $(`[data-key="${CSS.escape(wanted)}"]`)
  if (!control || (at < 0 && control.closest('[data-row]'))) return
  event.preventDefault()
  if (control.matches('input:not([type=checkbox])')) control.focus()
  else if (control.hash && control.pathname === location.pathname) {
    document.getElementById(control.hash.slice(1))?.focus()
  } else control.click()
})

const SWITCHES = {
  zone() {
    utc = !utc
    showTimes()
  },
  theme() {
    const root = document.documentElement
    const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches
    root.dataset.theme = dark ? 'light' : 'dark'
  },
  help,
}

function help() {
  const known = $('.help')
  if (known) return known.remove()
  const dialog = document.createElement('dialog')
  dialog.className = 'help'
  const keys = document.createElement('dl')
  const add = (key, text) => {
    const [term, words] = [document.createElement('dt'), document.createElement('dd')]
    term.textContent = key
    words.textContent = text
    keys.append(term, words)
  }
  const seen = new Set()
  for (const control of $$('[data-key]')) {
    const { key } = control.dataset
    const words = control.getAttribute('aria-label') ?? control.labels?.[0]?.textContent ?? control.title
    if (seen.has(key)) continue
    seen.add(key)
    add(key, (words || control.textContent.trim() || control.placeholder || '').split(/[\n:]|\s+\d+$/)[0])
  }
  if (rows().length > 0) {
    add('j k', '↓ ↑')
    add('Enter', '→')
  }
  const close = document.createElement('button')
  close.textContent = '×'
  close.addEventListener('click', () => dialog.remove())
  dialog.append(keys, close)
  body.append(dialog)
  dialog.showModal()
}
