/** What the environment may say, and what it may not. */
import { describe, expect, it } from "vitest"
import { findUnknown, readSettings, settings, settingsHelp } from "./settings.js"

const required = { DOORSTREAM_PUBLIC_URL: "https://doors.example.org/" }

const faultsOf = (environment: Record<string, string>): string[] => {
  try {
    readSettings({ ...required, ...environment })
    return []
  } catch (error) {
    return (error as Error).message.split("\n")
  }
}

describe("The settings", () => {
  it("have a value each where the environment gives what is required", () => {
    expect(readSettings(required)).toEqual({
      HOST: "127.0.0.1",
      PORT: 8080,
      DOORSTREAM_DATA: "./data",
      DOORSTREAM_PUBLIC_URL: "https://doors.example.org",
      DOORSTREAM_SYSTEM_TOKEN_TTL: 300,
      DOORSTREAM_EXPIRED_TOKEN_GRACE: 30 * 86_400_000,
      DOORSTREAM_KEY_AGE: 90 * 86_400_000,
      DOORSTREAM_RETENTION_AGE: 7 * 86_400_000,
      DOORSTREAM_RETENTION_TOPICS: [],
      DOORSTREAM_RETENTION_SIZE: 10e9,
      DOORSTREAM_DISK_RESERVE: 512e6,
      DOORSTREAM_PING_INTERVAL: 25_000,
      DOORSTREAM_PING_TIMEOUT: 20_000,
      DOORSTREAM_MESSAGE_SIZE: 100_000,
      DOORSTREAM_BODY_SIZE: 2 * 1024 * 1024,
      DOORSTREAM_REPORTS_PER_REQUEST: 1000,
      DOORSTREAM_DEAD_LETTERS: 10_000,
      DOORSTREAM_DEAD_LETTERS_SIZE: 16e6,
      DOORSTREAM_AUDIT_AGE: 365 * 86_400_000,
      DOORSTREAM_OPERATOR_PORT: undefined,
      DOORSTREAM_CONNECTIONS: 20_000,
      DOORSTREAM_CONNECTIONS_PER_ADDRESS: 4000,
      DOORSTREAM_CONNECTIONS_PER_CLIENT: 10_000,
      DOORSTREAM_REQUESTS_PER_SECOND: 600,
      DOORSTREAM_REST_PER_SECOND_PER_CLIENT: 200,
      DOORSTREAM_TOKENS_PER_MINUTE_PER_ADDRESS: 6000,
      DOORSTREAM_TOKENS_PER_MINUTE_PER_CLIENT: 6000,
      DOORSTREAM_MESSAGES_PER_SECOND: 100,
      DOORSTREAM_TOPICS_PER_MESSAGE: 256,
      DOORSTREAM_REPLAY_PER_SECOND: 8e6,
      DOORSTREAM_STUCK_AFTER: 300_000,
      DOORSTREAM_NODE_SILENCE: 30_000,
      DOORSTREAM_NODE_REPORTS_PER_SECOND: 200,
      DOORSTREAM_METRICS_PORT: undefined,
      DOORSTREAM_TLS_CERT: "",
      DOORSTREAM_TLS_KEY: "",
      DOORSTREAM_TRUSTED_PROXIES: [],
      DOORSTREAM_ORIGINS: [],
      DOORSTREAM_LOG: "info",
    })
  })

  it("take what is given before what stands in for it, and an empty text for none", () => {
    expect(readSettings({}, { DOORSTREAM_PUBLIC_URL: "http://a" }).DOORSTREAM_PUBLIC_URL).toBe("http://a")
    expect(readSettings(required, { DOORSTREAM_PUBLIC_URL: "http://a" }).DOORSTREAM_PUBLIC_URL).toContain(
      "doors",
    )
    expect(readSettings({ ...required, PORT: "" }).PORT).toBe(8080)
  })

  it.each([
    ["PORT", "0", 0],
    ["PORT", "65535", 65_535],
    ["HOST", "::1", "::1"],
    ["HOST", "doors.example.org", "doors.example.org"],
    ["DOORSTREAM_SYSTEM_TOKEN_TTL", "1", 1],
    ["DOORSTREAM_RETENTION_AGE", "90m", 5_400_000],
    ["DOORSTREAM_RETENTION_AGE", "1.5 H", 5_400_000],
    ["DOORSTREAM_RETENTION_SIZE", "500MB", 5e8],
    [
      "DOORSTREAM_RETENTION_TOPICS",
      " sync.* = 12h,liveEvent=1d, ",
      [
        { topics: ["sync.not_synced", "sync.synced"], age: 43_200_000 },
        { topics: ["liveEvent"], age: 86_400_000 },
      ],
    ],
    ["DOORSTREAM_RETENTION_SIZE", "2tb", 2e12],
    ["DOORSTREAM_MESSAGE_SIZE", "10kB", 10_000],
    ["DOORSTREAM_BODY_SIZE", "64 KiB", 65_536],
    ["DOORSTREAM_REPORTS_PER_REQUEST", "10000", 10_000],
    ["DOORSTREAM_MESSAGES_PER_SECOND", "off", Infinity],
    ["DOORSTREAM_CONNECTIONS", "1", 1],
    ["DOORSTREAM_CONNECTIONS", "off", Infinity],
    ["DOORSTREAM_REPLAY_PER_SECOND", "off", Infinity],
    ["DOORSTREAM_STUCK_AFTER", "off", Infinity],
    ["DOORSTREAM_METRICS_PORT", "9464", 9464],
    ["DOORSTREAM_ORIGINS", "https://a.example", ["https://a.example"]],
    ["DOORSTREAM_TRUSTED_PROXIES", "127.0.0.1, fd00::/8,", ["127.0.0.1", "fd00::/8"]],
    ["DOORSTREAM_ORIGINS", "HTTPS://A.example:443/ , http://b:8080,", ["https://a.example", "http://b:8080"]],
    ["DOORSTREAM_ORIGINS", "capacitor://localhost", ["capacitor://localhost"]],
    ["DOORSTREAM_LOG", "silent", "silent"],
  ])("understand %s=%s", (name, text, value) => {
    expect(readSettings({ ...required, [name]: text })).toMatchObject({ [name]: value })
  })

  it.each([
    ["PORT", "65536"],
    ["PORT", "-1"],
    ["PORT", "8e1"],
    ["HOST", "127.0.0.1:80"],
    ["HOST", "-a"],
    ["DOORSTREAM_PUBLIC_URL", "ws://doors.example.org"],
    ["DOORSTREAM_PUBLIC_URL", "https://doors.example.org?a=b"],
    ["DOORSTREAM_SYSTEM_TOKEN_TTL", "86401"],
    ["DOORSTREAM_RETENTION_AGE", "0d"],
    ["DOORSTREAM_RETENTION_AGE", "7"],
    ["DOORSTREAM_RETENTION_AGE", "7w"],
    ["DOORSTREAM_RETENTION_SIZE", "10kb"],
    ["DOORSTREAM_RETENTION_TOPICS", "liveEvent"],
    ["DOORSTREAM_RETENTION_TOPICS", "liveEvent=1"],
    ["DOORSTREAM_RETENTION_TOPICS", "liveEvent=1d=2d"],
    ["DOORSTREAM_RETENTION_TOPICS", "door.opened=1d"],
    ["DOORSTREAM_TRUSTED_PROXIES", "proxy.example"],
    ["DOORSTREAM_TRUSTED_PROXIES", "10.0.0.0/33"],
    ["DOORSTREAM_TRUSTED_PROXIES", "fd00::/129"],
    ["DOORSTREAM_TRUSTED_PROXIES", "10.0.0.0/"],
    ["DOORSTREAM_TRUSTED_PROXIES", "fe80::1%eth0"],
    ["DOORSTREAM_MESSAGE_SIZE", "9kB"],
    ["DOORSTREAM_MESSAGE_SIZE", "off"],
    ["DOORSTREAM_BODY_SIZE", "101MB"],
    ["DOORSTREAM_BODY_SIZE", "1GB"],
    ["DOORSTREAM_REPORTS_PER_REQUEST", "0"],
    ["DOORSTREAM_CONNECTIONS", "0"],
    ["DOORSTREAM_REQUESTS_PER_SECOND", "1.5"],
    ["DOORSTREAM_ORIGINS", "*"],
    ["DOORSTREAM_ORIGINS", "null"],
    ["DOORSTREAM_ORIGINS", "a.example"],
    ["DOORSTREAM_ORIGINS", "https://a.example/wall"],
    ["DOORSTREAM_ORIGINS", "https://*.example"],
    ["DOORSTREAM_ORIGINS", "https://user@a.example"],
    ["DOORSTREAM_LOG", "INFO"],
  ])("refuse %s=%s, and name it", (name, text) => {
    expect(faultsOf({ [name]: text })).toEqual([
      expect.stringMatching(new RegExp(`^${name} must be .*; it is "`)),
    ])
    expect(faultsOf({ [name]: text })[0]).toContain(`"${text}"`)
  })

  it("refuse heartbeats in which a client that pings every 25 seconds would be closed", () => {
    const beats = { DOORSTREAM_PING_INTERVAL: "20s", DOORSTREAM_PING_TIMEOUT: "19s" }
    expect(faultsOf(beats)).toEqual([expect.stringContaining("together must be 40s or more")])
    expect(faultsOf({ ...beats, DOORSTREAM_PING_TIMEOUT: "20s" })).toEqual([])
  })

  it("refuse a certificate without its key, a key without its certificate, and both with a plain address", () => {
    const certificate = { DOORSTREAM_TLS_CERT: "cert.pem" }
    const key = { DOORSTREAM_TLS_KEY: "key.pem" }
    expect(faultsOf(certificate)).toEqual([expect.stringMatching(/^DOORSTREAM_TLS_KEY is missing/)])
    expect(faultsOf(key)).toEqual([expect.stringMatching(/^DOORSTREAM_TLS_CERT is missing/)])
    expect(faultsOf({ ...certificate, ...key })).toEqual([])
    expect(faultsOf({ ...certificate, ...key, DOORSTREAM_PUBLIC_URL: "http://doors.example.org" })).toEqual([
      expect.stringMatching(/^DOORSTREAM_PUBLIC_URL must begin with https/),
    ])
  })

  it("name everything that is wrong at once", () => {
    expect(faultsOf({ DOORSTREAM_PUBLIC_URL: "", PORT: "x", HOST: "?" })).toEqual([
      expect.stringContaining("HOST must be"),
      expect.stringContaining("PORT must be"),
      expect.stringContaining("DOORSTREAM_PUBLIC_URL is missing"),
    ])
  })

  it("are all in the help", () => {
    for (const name of Object.keys(settings)) expect(settingsHelp()).toContain(`  ${name}\n`)
  })
})

describe("What looks like a setting", () => {
  it("is told from what is one, for the server or for the other commands", () => {
    const names = [
      "DOORSTREAM_RETENTION",
      "DOORSTREAM_DATA",
      "DOORSTREAM_URL",
      "DOORSTREAM_URLS",
      "PORT",
      "PATH",
    ]
    expect(findUnknown(Object.fromEntries(names.map((name) => [name, "x"])))).toEqual([
      "DOORSTREAM_RETENTION",
      "DOORSTREAM_URLS",
    ])
  })
})
