import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The settings of a server with a certificate for `localhost`, which nobody has signed but itself. */
export function selfSigned() {
  const folder = mkdtempSync(join(tmpdir(), "stoa-tls-"));
  const [certificate, key] = ["cert.pem", "key.pem"].map((name) => join(folder, name));
  execFileSync("openssl", [
    ..."req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost".split(" "),
    ..."-addext subjectAltName=DNS:localhost".split(" "),
    ...["-keyout", key, "-out", certificate],
  ]);
  return { STOA_HTTPS_CERTIFICATE: certificate, STOA_HTTPS_KEY: key };
}

/** With it a browser trusts such a certificate. */
export const TRUSTS_ANY = "--ignore-certificate-errors";
