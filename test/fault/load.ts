/** Clients that post unique alerts one after the other, and remember the alerts answered with 2xx. */
export interface Load {
  acknowledged: Set<string>
  stop(): Promise<void>
}

const CLIENTS = 8

/** `target`: the URL at the moment, undefined while no process listens. */
export function startLoad(target: () => string | undefined, pauseMs = 5): Load {
  const acknowledged = new Set<string>()
  let [count, stopped] = [0, false]
  const client = async (): Promise<void> => {
    while (!stopped) {
      const url = target()
      const name = `alert-${++count}`
      if (url !== undefined && (await post(url, name))) acknowledged.add(name)
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }
  const clients = Array.from({ length: CLIENTS }, client)
  return {
    acknowledged,
    async stop() {
      stopped = true
      await Promise.all(clients)
    },
  }
}

/** Whether the post was accepted: a killed host does not answer, and no answer is no promise. */
export async function post(url: string, name: string): Promise<boolean> {
  try {
    const body = JSON.stringify([{ labels: { alertname: name } }])
    const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    await answer.arrayBuffer()
    return answer.ok
  } catch {
    return false
  }
}
