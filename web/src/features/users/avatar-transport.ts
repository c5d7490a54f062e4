interface Refusal {
  code: string
  message: string
}

const csrf = { 'x-baluhost-csrf': '1' }

/** Sends a picture; null when it is in place. Bytes do not go through the graph. */
export function sendAvatar(who: string, file: Blob): Promise<Refusal | null> {
  return ask(who, { method: 'PUT', headers: { ...csrf, 'content-type': file.type || 'application/octet-stream' }, body: file })
}

export function removeAvatar(who: string): Promise<Refusal | null> {
  return ask(who, { method: 'DELETE', headers: csrf })
}

async function ask(who: string, init: RequestInit): Promise<Refusal | null> {
  try {
    const response = await fetch(`/avatars/${encodeURIComponent(who)}`, { credentials: 'same-origin', ...init })
    if (response.ok) return null
    const problem = (await response.json().catch(() => null)) as Partial<Refusal> | null
    return { code: problem?.code ?? `HTTP_${response.status}`, message: problem?.message ?? '' }
  } catch (error) {
    return { code: 'NO_ANSWER', message: String(error) }
  }
}
