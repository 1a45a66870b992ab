/**
 * Where the server is, who asks, and the two steps to a system token, with nothing but `fetch`. It must not know what
 * the token is for.
 */
const url = (process.env.DOORSTREAM_URL || "http://127.0.0.1:8080").replace(/\/+$/, "")
const clientId = process.env.DOORSTREAM_CLIENT || "demo"
const clientSecret = process.env.DOORSTREAM_SECRET || "demo-secret"
const systemId = process.env.DOORSTREAM_SYSTEM || "0738b8df-329a-4d50-88e7-7a48928c4d6f"

async function post(path, authorization, body) {
  const asking = fetch(url + path, { method: "POST", headers: { Authorization: authorization }, body })
  const response = await asking.catch((cause) => {
    throw new Error(`No server answers at ${url}. Start one with: npm start`, { cause })
  })
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
  return response.json()
}

/** Step one: the API client proves who it is, and gets an id token. */
async function getIdToken() {
  const credentials = [clientId, clientSecret].map(encodeURIComponent).join(":")
  const basic = `Basic ${Buffer.from(credentials).toString("base64")}`
  const form = new URLSearchParams({ grant_type: "client_credentials" })
  return (await post("/oauth2/token", basic, form)).id_token
}

/** Step two: the id token is traded for a token of one system. It lives for five minutes and may be used often. */
async function getSystemToken() {
  return (await post(`/api/systems/${systemId}/token`, `Bearer ${await getIdToken()}`)).token
}

module.exports = { url, systemId, getSystemToken }
