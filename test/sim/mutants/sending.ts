import type { Mutant } from '../mutants.ts'

/** Bugs in sending, and in the outcomes of attempts. */
export const sending: Mutant[] = [
  {
    name: 'a send before its claim is durable',
    file: 'shared/sending/deliver.ts',
    find: '      await table.durable()\n',
    replace: '',
    by: { script: 'a decision and a claim whose commit fails send nothing, and are made again' },
  },
  {
    name: 'a delivery is sent in its time by a clock that was wrong',
    file: 'shared/sending/finish.ts',
    find: ' || due.deadline > latestMoment + DELIVERY_WINDOW_MS',
    replace: '',
    by: { script: 'a delivery that a clock ahead of the others has opened is not sent when its time is over' },
  },
  {
    name: 'ingest answers although the queue did not take it',
    file: 'shared/intake/send.ts',
    find: 'return failed.length === 0',
    replace: 'return true',
    by: { script: 'what the queue did not take is not accepted' },
  },
  {
    name: 'worker swallows its errors',
    file: 'functions/dispatch/handler.ts',
    find: 'if (decision === undefined) for (const id of work.messages) failed.add(id)',
    replace: '',
    by: { script: 'a moved alert that the queue did not take stays where it was' },
  },
  {
    name: 'exists means done: a claim that is taken counts as arrived',
    file: 'shared/sending/begin.ts',
    find: "if (reason === 'taken') await reportAbandoned(due, deps)",
    replace: "if (reason === 'taken') await report(due, { kind: 'arrived', at: deps.clock.now() }, deps.dispatchQueue)",
    by: { script: 'a copy that finds its attempt begun knows nothing of how it ends' },
  },
  {
    name: 'exists means done: a delivery that was begun is not attempted again',
    file: 'shared/group-store/ledger-claims.ts',
    find: 'before.begun >= attempt)',
    replace: 'before.begun > 0)',
    by: { script: 'a copy that finds its attempt begun knows nothing of how it ends' },
  },
  {
    name: 'claim without attempt number',
    file: 'shared/group-store/ledger-claims.ts',
    find: 'before.begun >= attempt)',
    replace: 'before.begun < 0)',
    by: { script: 'two senders with the same message send once' },
  },
  {
    name: 'a claim for each received batch of messages',
    file: 'shared/group-store/ledger-claims.ts',
    find: '    keys.claims(account, ledger),\n    CLAIMS,\n    (before) => {\n      const attempts = { ...before?.body.attempts }\n      const claimed',
    replace:
      '    keys.claims(account, `${ledger}.${at}`),\n    CLAIMS,\n    (before) => {\n      const attempts = { ...before?.body.attempts }\n      const claimed',
    by: { script: 'two senders with the same message send once' },
  },
  {
    name: 'a message that is sent again names another place',
    file: 'shared/sending/begin.ts',
    find: 'claimAttempts(table, account, ledger, wanted,',
    replace: `claimAttempts(table, account, made.every((one) => one.said) ? ledger : ledger + '.again', wanted,`,
    by: { script: 'retries that are slower than the ticks tell what is, once' },
  },
  {
    name: 'content read when it is sent, not when it was decided',
    file: 'shared/sending/finish.ts',
    find: '    const giveUpAt = Math.min(latest, now + sender.timeoutMs)\n    return await sender.send(delivery,',
    replace: `    const giveUpAt = Math.min(latest, now + sender.timeoutMs)
    const { due } = one.made
    const members = (await loadGroup(deps.table, due.account, due.group))?.group.members ?? new Map()
    const { notification } = delivery
    const alerts = notification.alerts.map((alert) => {
      const member = members.get(alert.fingerprint)
      if (member === undefined) return alert
      const { endsAt: _, ...rest } = alert
      const { startsAt, endsAt } = member.alert
      return { ...rest, startsAt, ...(endsAt <= deps.clock.now() ? { endsAt } : {}) }
    })
    return await sender.send({ ...delivery, notification: { ...notification, alerts } },`,
    also: [
      {
        file: 'shared/sending/finish.ts',
        find: "import { parseTargetKey } from '../delivery/target.ts'",
        replace:
          "import { parseTargetKey } from '../delivery/target.ts'\nimport { loadGroup } from '../group-store/heads.ts'",
      },
    ],
    by: { script: 'a sender that begins late gives up before the group does' },
  },
  {
    name: 'an older doubtful id sent again',
    file: 'shared/group/flush.ts',
    find: 'const again = state.last?.content === content.hash ? state.last : undefined',
    replace: `const heard = (state as { heard?: OpenDelivery[] }).heard ?? []
  const again = heard.find((sent) => sent.content === content.hash)`,
    also: [
      {
        file: 'shared/group/flush.ts',
        find: 'setState(draft, key, opened(next, open))',
        replace:
          'const kept = [...heard.filter((one) => one !== again), open]\n  setState(draft, key, { ...opened(next, open), heard: kept } as TargetState)',
      },
    ],
    by: { script: 'an id that may have been heard before other words is not used again' },
  },
  {
    name: 'no deadline check before the send',
    file: 'shared/sending/finish.ts',
    find: 'if (now >= latest) {',
    replace: 'if (now < 0) {',
    by: { script: 'a sender that dies before it begins leaves no old words behind' },
  },
  {
    name: 'a send that outlives the deadline',
    file: 'shared/sending/finish.ts',
    find: 'latest = latestOf(one, deps),',
    replace: 'latest = one.made.due.deadline + 600_000,',
    by: { script: 'a sender that dies before it begins leaves no old words behind' },
  },
  {
    name: 'what is open is not sent again with a message that comes again',
    file: 'functions/dispatch/effects.ts',
    find: 'again ? stillOpen(decision, account, now) : opened(',
    replace: 'again ? opened(decision, account, false) : opened(',
    by: { script: 'what was decided before a send failed is sent with the message that comes again' },
  },
  {
    name: 'a swallowed error of the sender counts as arrived',
    file: 'shared/channels/http/answer.ts',
    find: "return { kind: 'ambiguous', at: now, reason: result.reason, detail: result.detail }",
    replace: "return { kind: 'arrived', at: now }",
    by: { script: 'the same words again are sent under the same id while nothing else was tried' },
  },
  {
    name: 'a refused send counts as arrived',
    file: 'shared/channels/http/answer.ts',
    find: 'if (status >= 200 && status < 300)',
    replace: 'if (status >= 200)',
    by: { script: 'a copy that finds its attempt begun knows nothing of how it ends' },
  },
  {
    name: 'a quota is given back after an ambiguous send',
    file: 'shared/sending/quota.ts',
    find: "if (outcome.kind === 'refused' || outcome.kind === 'dead') {",
    replace: "if (outcome.kind !== 'arrived') {",
    by: { script: 'a message that the user may have got counts in the quota of the day' },
  },
  {
    name: 'a quota is not given back after a refused send',
    file: 'shared/sending/quota.ts',
    find: "if (outcome.kind === 'refused' || outcome.kind === 'dead') {",
    replace: "if (outcome.kind === 'dead') {",
    by: { script: 'a message that surely was not taken does not count in the quota' },
  },
  {
    name: 'template by name at a retry',
    file: 'shared/sending/write.ts',
    find: '    const template = await templateOf(account, how.hash)\n',
    replace: [
      "    const { readPointer } = await import('../store/config-pointer.ts')",
      "    const { readTemplates } = await import('../store/stored-templates.ts')",
      '    const parts = (await readPointer(table as never, account)).pointer?.parts ?? {}',
      '    const named = await readTemplates(table, account, parts as never)',
      '    const template = named.find(({ id }) => id === how.template) ?? (await templateOf(account, how.hash))\n',
    ].join('\n'),
    by: { script: 'a message that is tried again while its template is edited keeps its words' },
  },
  {
    name: 'of the deliveries of one message the first alone is attempted',
    file: 'shared/message/due.ts',
    find: 'return deliveries.map(',
    replace: 'return deliveries.slice(0, 1).map(',
    by: { script: 'of two deliveries in one message each is told once, however often the message comes' },
  },
  {
    name: 'the attempts of one message are made one after the other',
    file: 'shared/sending/finish.ts',
    find: 'const outcome = await send(one)',
    replace: 'const outcome = await (chain = chain.then(() => send(one)))',
    also: [
      {
        file: 'shared/sending/finish.ts',
        find: 'const keeper = createKeeper(keep, deps)',
        replace: 'const keeper = createKeeper(keep, deps)\n  let chain = Promise.resolve<Outcome>(undefined as never)',
      },
    ],
    by: { script: 'a delivery does not wait for another one in its message whose target hangs' },
  },
  {
    name: 'a message of several deliveries is done although one of them could not be begun',
    file: 'shared/sending/deliver.ts',
    find: 'if (own[0]?.shares) await divide(message, own, AGAIN_MS)',
    replace: 'if (own[0]?.shares) continue',
    by: { script: 'deliveries of one message that could not be begun come again soon' },
  },
  {
    name: 'a message of several deliveries is done although the queue took none of the single ones',
    file: 'shared/sending/send-alone.ts',
    find: 'return (await sendAll(deliveries, messages)).failed.length === 0',
    replace: 'return (await sendAll(deliveries, messages)).failed.length >= 0',
    by: {
      script: 'a message of several deliveries comes again when the queue takes no messages of the single ones',
    },
  },
  {
    name: 'of the deliveries that could not be begun the first alone comes again',
    file: 'shared/sending/send-alone.ts',
    find: 'const messages = some.map(',
    replace: 'const messages = some.slice(0, 1).map(',
    by: { script: 'deliveries of one message that could not be begun come again soon' },
  },
  {
    name: 'a delivery that waits takes the others of its message along',
    file: 'shared/sending/deliver.ts',
    find: '...turns.map(([made, turn]) => begin([made], () => turn)),',
    replace:
      '...turns.map(([made, turn]) => begin([made], async () => { await turn; if (made.shares) await divide(made.message, attempts.filter((one) => one.message === made.message), AGAIN_MS) })),',
    by: { script: 'a delivery that waits for its slot waits alone' },
  },
  {
    name: 'an arrival that is not reported is not kept either',
    file: 'shared/sending/finish.ts',
    find: 'return keeper.keepSoon({ due, outcome })',
    replace: 'return undefined',
    by: { script: 'an arrival that nobody reported is found at the next look' },
  },
  {
    name: 'arrivals that nobody reported are looked for at the deadline only',
    file: 'functions/dispatch/kept-outcomes.ts',
    find: '(mayBeLazy && open.ledger !== undefined)',
    replace: '(mayBeLazy && open.ledger === undefined)',
    by: { script: 'an arrival that nobody reported is found at the next look' },
  },
  {
    name: 'news for a target waits until the deadline of what is out',
    file: 'functions/dispatch/effects.ts',
    find: 'carries !== undefined && !looksOn && waitsForArrival(decision)',
    replace: 'carries === undefined && !looksOn && waitsForArrival(decision)',
    by: { script: 'an arrival that is kept late, while the target has news, is found soon' },
  },
  {
    name: 'a repeat waits until the deadline of what is out',
    file: 'shared/group/wake.ts',
    find: 'target?.open?.nominal ?? target?.told?.at',
    replace: 'target?.open === undefined ? target?.told?.at : undefined',
    by: { script: 'who is named again is told repeats, and was told none meanwhile' },
  },
  {
    name: 'a changed configuration moves alerts without what arrived and was not reported',
    file: 'functions/dispatch/decide.ts',
    find: 'withArrivals(before, kept, { now, policy })',
    replace: 'withArrivals(before, [], { now, policy })',
    by: { script: 'who was told is not told again by the next group' },
  },
]
