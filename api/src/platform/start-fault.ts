/** Why the server cannot start, in one line a person can act on. It is printed without a stack. */
export class StartFault extends Error {}
