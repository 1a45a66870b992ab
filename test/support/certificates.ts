/** Certificates of the tests' own, made anew each time: nothing that is secret is kept in the repository. */
import { execFileSync } from "node:child_process"
import { X509Certificate } from "node:crypto"
import { readFileSync } from "node:fs"
import { join } from "node:path"

export interface Made {
  readonly certificate: string
  readonly key: string
  /** The certificate itself, which whoever trusts it is given. */
  readonly pem: string
  readonly fingerprint: string
}

/** Makes a certificate for this machine's loopback names in files of the folder: `NAME.pem` and `NAME.key`. */
export function makeCertificate(folder: string, name: string): Made {
  const certificate = join(folder, `${name}.pem`)
  const key = join(folder, `${name}.key`)
  const names = "subjectAltName=IP:127.0.0.1,DNS:localhost"
  const how = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=doorstream"
  execFileSync("openssl", [...how.split(" "), "-addext", names, "-keyout", key, "-out", certificate], {
    stdio: "pipe",
  })
  const pem = readFileSync(certificate, "utf8")
  return { certificate, key, pem, fingerprint: new X509Certificate(pem).fingerprint256 }
}
