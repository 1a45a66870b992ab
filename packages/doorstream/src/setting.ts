/** What one setting is made of. It must not know which there are. */
/** How one setting is read from its text. `read` throws a sentence that says what it must be. */
export interface Setting<T> {
  readonly means: string
  readonly read: (text: string) => T
  /** Its text where the environment has none; without one it must be given. */
  readonly otherwise?: string
}

export const setting = <T>(entry: Setting<T>): Setting<T> => entry
