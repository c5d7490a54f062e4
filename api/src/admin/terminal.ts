import { randomInt } from 'node:crypto'
import type { ReadStream } from 'node:tty'

/** Letters and digits that nobody mistakes for each other. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789'

/** 25 of 31 characters, 123 bits, in groups that can be read out. */
export function generatePassword(): string {
  const group = () => Array.from({ length: 5 }, () => alphabet[randomInt(alphabet.length)]).join('')
  return Array.from({ length: 5 }, group).join('-')
}

/** Asked at a terminal without showing it, twice; otherwise the first line of the standard input. Null when there was none, or two different ones. */
export async function readNewPassword(username: string): Promise<string | null> {
  const { stdin } = process
  if (!stdin.isTTY) return readFirstLine(stdin)
  const first = await askHidden(stdin, `New password of ${username}: `)
  if (first === null || (await askHidden(stdin, 'The same again: ')) !== first) return null
  return first
}

async function readFirstLine(input: NodeJS.ReadableStream): Promise<string | null> {
  let text = ''
  for await (const chunk of input) {
    text += String(chunk)
    if (text.includes('\n') || text.length > 10_000) break
  }
  return text.split(/\r?\n/, 1)[0] || null
}

const enter = ['\r', '\n', '\u0004']
const eraseOne = ['\b', '\u007f']
const eraseAll = '\u0015'
const interrupt = '\u0003'

/** In raw mode the terminal shows nothing and hands over each key. Null when it was interrupted. */
function askHidden(input: ReadStream, question: string): Promise<string | null> {
  // Before the question: what somebody types at once must not be shown either.
  input.setRawMode(true)
  process.stderr.write(question)
  return new Promise((resolve) => {
    let typed: string[] = []
    const end = (answer: string | null) => {
      input.off('data', take)
      input.setRawMode(false)
      input.pause()
      process.stderr.write('\n')
      resolve(answer)
    }
    const take = (chunk: Buffer | string) => {
      for (const key of String(chunk)) {
        if (key === interrupt) return end(null)
        if (enter.includes(key)) return end(typed.join(''))
        if (key === eraseAll) typed = []
        else if (eraseOne.includes(key)) typed.pop()
        else if (key >= ' ') typed.push(key)
      }
    }
    input.setEncoding('utf8')
    input.resume()
    input.on('data', take)
  })
}
