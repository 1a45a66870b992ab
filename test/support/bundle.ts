/** The client as a page loads it: in one file, with all that it carries. It must not know what it is loaded for. */
import { fileURLToPath } from "node:url"
import { build, type BuildOptions } from "esbuild"

export interface Bundle {
  readonly code: string
  /** Whose code is in it, by paths from the root. */
  readonly files: readonly string[]
}

/**
 * Bundles for browsers whatever a text imports.
 *
 * @param as `iife`: a script that leaves what it exports in `doorstream`
 */
export async function bundle(text: string, as: "esm" | "iife"): Promise<Bundle> {
  const options = {
    stdin: { contents: text, resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
    absWorkingDir: fileURLToPath(new URL("../..", import.meta.url)),
    bundle: true,
    minify: true,
    platform: "browser",
    target: "es2022",
    conditions: ["source"],
    format: as,
    globalName: "doorstream",
    metafile: true,
    write: false,
  } as const satisfies BuildOptions
  const { outputFiles, metafile } = await build(options)
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs))
  const files = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path)
  return { code: outputFiles[0]!.text, files }
}
