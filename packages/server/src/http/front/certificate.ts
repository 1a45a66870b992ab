/**
 * The certificate and its key, read from files and read again when they change. It must not know who is served with
 * them. PROTOCOL §12.
 */
import { createPrivateKey, X509Certificate } from "node:crypto"
import { readFile } from "node:fs/promises"
import { createSecureContext } from "node:tls"
import type { Milliseconds } from "../../core/ports.js"

export interface CertificateFiles {
  /** The path of the certificate, with those it hangs on after it, as PEM. */
  readonly certificate: string
  /** The path of its key, as PEM. */
  readonly key: string
}

/** As `node:tls` takes it. */
export interface Pair {
  readonly cert: string
  readonly key: string
}

/** Where it is told that a certificate is in use, or why it is not. */
export interface Tell {
  info(fields: object, text: string): void
  warn(fields: object, text: string): void
}

export interface Certificate {
  /** The pair that the files held at first. */
  readonly first: Pair
  /**
   * Calls with each other pair that the files hold from now on and that is good.
   *
   * @returns what ends this
   */
  follow(use: (pair: Pair) => void): () => void
}

/** The files are looked at, not listened to: that way renames, links and network folders make no difference. */
const lookEvery: Milliseconds = 1000

const readPair = async ({ certificate, key }: CertificateFiles): Promise<Pair> => ({
  cert: await readFile(certificate, "utf8"),
  key: await readFile(key, "utf8"),
})

/** What a person knows a certificate by. @throws where the two are no pair that can be served with */
function describePair({ cert, key }: Pair): object {
  const certificate = new X509Certificate(cert)
  if (!certificate.checkPrivateKey(createPrivateKey(key))) throw new Error("the key is not the certificate's")
  createSecureContext({ cert, key })
  return { names: certificate.subjectAltName, until: new Date(certificate.validTo).toISOString() }
}

function unusable(error: unknown, { certificate, key }: CertificateFiles): Error {
  const message = `The certificate ${certificate} with the key ${key} cannot be used: ${(error as Error).message}.`
  return Object.assign(new Error(message, { cause: error }), { code: "certificate_unusable" })
}

/** What the files hold, as far as one look differs from another. */
const markOf = (found: Pair | Error): string =>
  found instanceof Error ? found.message : `${found.cert}\n${found.key}`

/** Looks at the files once. What is new counts once it was seen twice: the two are seldom written at the same time. */
function openLook(files: CertificateFiles, first: Pair, tell: Tell, use: (pair: Pair) => void) {
  let used = markOf(first)
  let judged = used
  let seen = used

  const judge = (found: Pair | Error): void => {
    if (found instanceof Error) throw found
    const described = describePair(found)
    if (markOf(found) === used) return
    use(found)
    used = markOf(found)
    tell.info(described, "using a new certificate")
  }
  return async (): Promise<void> => {
    const found = await readPair(files).catch((error: unknown) => error as Error)
    const isSettled = markOf(found) === seen
    seen = markOf(found)
    if (!isSettled || seen === judged) return
    judged = seen
    try {
      judge(found)
    } catch (error) {
      tell.warn({ reason: unusable(error, files).message }, "the certificate that was in use stays")
    }
  }
}

/**
 * Reads the pair.
 *
 * @throws Error with the code `certificate_unusable` where it cannot be read, or is none
 */
export async function openCertificate(files: CertificateFiles, tell: Tell): Promise<Certificate> {
  let first: Pair
  try {
    first = await readPair(files)
    tell.info(describePair(first), "using a certificate")
  } catch (error) {
    throw unusable(error, files)
  }
  return {
    first,
    follow: (use) => {
      const look = openLook(files, first, tell, use)
      let timer: NodeJS.Timeout
      let hasEnded = false
      const lookAgain = (): void => {
        if (!hasEnded) timer = setTimeout(() => void look().finally(lookAgain), lookEvery).unref()
      }
      lookAgain()
      return () => {
        hasEnded = true
        clearTimeout(timer)
      }
    },
  }
}
