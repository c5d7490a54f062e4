import type { Server } from './server.ts'

export const admin = { username: 'balu', password: 'honey from the old tree' } as const

/** The administrator that a demo server has from the start. */
export const demo = { username: 'demo', password: 'simulated disks only' } as const

interface Answer<T> {
  data?: T
  errors?: { message: string }[]
}

/** The graph as a program asks it: what a test needs to be there before it looks. */
export class Api {
  readonly #address: string
  #cookie = ''

  constructor(address: string, cookie = '') {
    this.#address = address
    this.#cookie = cookie
  }

  /** The session's cookie, as a browser context takes it. */
  get cookies(): { name: string; value: string; url: string; httpOnly: boolean; sameSite: 'Strict' }[] {
    const [, name = '', value = ''] = /^([^=]+)=(.*)$/.exec(this.#cookie) ?? []
    return [{ name, value, url: this.#address, httpOnly: true, sameSite: 'Strict' }]
  }

  get cookie(): string {
    return this.#cookie
  }

  async ask<T>(query: string, variables: Record<string, unknown> = {}): Promise<T> {
    const response = await fetch(`${this.#address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-baluhost-csrf': '1', ...(this.#cookie ? { cookie: this.#cookie } : {}) },
      body: JSON.stringify({ query, variables }),
    })
    const cookie = response.headers.getSetCookie()[0]?.split(';')[0]
    if (cookie) this.#cookie = cookie
    const answer = (await response.json()) as Answer<T>
    if (answer.errors || !answer.data) throw new Error(`${query}\n${JSON.stringify(answer.errors)}`)
    return answer.data
  }

  /** Asks for a mutation that ends in a union and throws the problem it may answer with. */
  async #change(name: string, inputType: string, input: Record<string, unknown>): Promise<void> {
    const query = `mutation ($input: ${inputType}!) { ${name}(input: $input) { __typename ... on Problem { code message } } }`
    const result = (await this.ask<Record<string, { code?: string; message?: string }>>(query, { input }))[name]
    if (!result || result.code) throw new Error(`${name}: ${JSON.stringify(result)}`)
  }

  async signIn(username: string, password: string): Promise<this> {
    await this.#change('signIn', 'SignInInput', { username, password })
    return this
  }

  createUser(username: string, role: 'ADMIN' | 'USER' | 'VIEWER', password: string = admin.password): Promise<void> {
    return this.#change('createUser', 'CreateUserInput', { username, password, email: null, role })
  }

  createFolder(path: string): Promise<void> {
    return this.#change('createFolder', 'CreateFolderInput', { path })
  }

  moveFile(from: string, to: string): Promise<void> {
    return this.#change('moveFile', 'MoveFileInput', { from, to, replace: false })
  }

  deleteFile(path: string): Promise<void> {
    return this.#change('deleteFile', 'DeleteFileInput', { path, permanently: true })
  }

  moveToTrash(path: string): Promise<void> {
    return this.#change('deleteFile', 'DeleteFileInput', { path })
  }

  static async setUp(server: Server): Promise<Api> {
    const api = new Api(server.address)
    await api.#change('completeSetup', 'CompleteSetupInput', { setupToken: server.setupToken, ...admin })
    return api
  }
}
