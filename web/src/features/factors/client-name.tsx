import { getParser } from 'bowser'

/** "Firefox · Linux" of what a browser calls itself. */
export function ClientName({ client, unknown }: { client: string | null; unknown: string }) {
  if (!client) return unknown
  const parser = getParser(client)
  const words = [parser.getBrowserName(), parser.getOSName()].filter(Boolean).join(' · ')
  return <span title={client}>{words || client.slice(0, 48)}</span>
}
