/** The server's rule, said before it is broken; the server decides. */
export const SHORTEST_PASSWORD = 12
