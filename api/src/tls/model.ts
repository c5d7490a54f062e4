/** What a TLS server shows and what it signs with, PEM. */
export interface ServerCertificate {
  /** The certificate and those between it and the authority. */
  readonly cert: string
  readonly key: string
}

/** Where the certificate comes from: files of the administrator, or an authority of this machine. */
export interface CertificateSource {
  current(): ServerCertificate
  /** Looks whether there is a newer one from time to time and says so. Returns how to stop. */
  watch(renewed: (certificate: ServerCertificate) => void): () => void
  /** The authority that browsers must be taught to trust; null where they know it already. */
  readonly authority: LocalAuthorityCertificate | null
}

export interface LocalAuthorityCertificate {
  /** PEM. */
  readonly certificate: string
  /** SHA-256 over the DER form, hexadecimal in pairs: what people compare. */
  readonly fingerprint: string
  readonly expiresAt: Date
  /** Names and addresses that the server's certificate holds. */
  readonly names: readonly string[]
}
