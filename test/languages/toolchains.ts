/** The examples in other languages as data: what each needs on the machine, how it is built, and how it is run. */
import { spawnSync } from "node:child_process"

/** A program that must be there, and the lowest version that does. */
interface Need {
  readonly asks: readonly [command: string, ...args: string[]]
  readonly atLeast: readonly [major: number, minor: number]
}

export interface Language {
  /** The folder below examples/. */
  readonly name: string
  readonly needs: readonly Need[]
  readonly install: string
  /** Lines for the shell, run one after the other in a copy of the folder; as its opening comment has them. */
  readonly build: readonly string[]
  readonly run: readonly [command: string, ...args: string[]]
  /** How it ends on Ctrl-C. The JVM has no other way. */
  readonly interrupted: 0 | 130
}

const python: Omit<Language, "name"> = {
  // Debian has `ensurepip` in a package of its own, and without it there is no venv.
  needs: [{ asks: ["python3", "-c", "import ensurepip, sys; print(sys.version)"], atLeast: [3, 10] }],
  install: "Python 3.10 or newer with venv (Debian: python3-venv)",
  build: ["python3 -m venv .venv", ".venv/bin/pip install -q -r requirements.txt"],
  run: [".venv/bin/python", "listen.py"],
  interrupted: 0,
}

export const languages: readonly Language[] = [
  { name: "python", ...python },
  { name: "python-websocket", ...python },
  {
    name: "java",
    needs: [
      { asks: ["java", "--version"], atLeast: [17, 0] },
      { asks: ["mvn", "--version"], atLeast: [3, 6] },
    ],
    install: "Java 17 or newer and Maven (Debian: default-jdk-headless maven)",
    // Once it was fetched, no network is needed.
    build: ["mvn -q -B -o dependency:copy-dependencies || mvn -q -B dependency:copy-dependencies"],
    run: ["java", "-cp", "target/dependency/*", "Listen.java"],
    interrupted: 130,
  },
  {
    name: "go",
    needs: [{ asks: ["go", "version"], atLeast: [1, 23] }],
    install: "Go 1.23 or newer (https://go.dev/dl)",
    build: ["go build -p 1 -o target/listen ."],
    run: ["target/listen"],
    interrupted: 0,
  },
  {
    name: "rust",
    needs: [
      { asks: ["cargo", "--version"], atLeast: [1, 85] },
      { asks: ["pkg-config", "--modversion", "openssl"], atLeast: [1, 1] },
    ],
    install: "Rust 1.85 or newer (https://rustup.rs) and OpenSSL's headers (Debian: pkg-config libssl-dev)",
    build: ["cargo build -q -j 1 --locked"],
    run: ["target/debug/listen"],
    interrupted: 0,
  },
]

function isMet({ asks: [command, ...args], atLeast }: Need): boolean {
  const { status, stdout } = spawnSync(command, args, { encoding: "utf8" })
  const [, major, minor] = /(?<![\d.[])(\d+)(?:\.(\d+))?/.exec(status === 0 ? stdout : "") ?? []
  return Number(major) > atLeast[0] || (Number(major) === atLeast[0] && Number(minor ?? 0) >= atLeast[1])
}

/** Why a language is left out on this machine, or nothing. */
export const lackOf = ({ name, needs, install }: Language): string | undefined =>
  needs.every(isMet) ? undefined : `examples/${name} is not tested here: it needs ${install}.`
